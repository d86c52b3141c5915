using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Searching;

/// <summary>
/// Notes the commands that do what a run does. Accesses, RESET and activation are seen at the machine, for a design issues some of its own; all else
/// is told by the run.
/// </summary>
internal sealed class CommandRecorder(Machine machine, MachineObserver next, Firmware.ApicDesign design) : MachineObserver, IStepLog
{
    private List<string> _commands = [];

    /// <summary>The commands since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        List<string> taken = _commands;
        _commands = [];
        return taken;
    }

    public override void OnAccess(int vcpu, in Access access) => next.OnAccess(vcpu, access);

    public override void OnInterrupt(in InterruptEvent interrupt) => next.OnInterrupt(interrupt);

    public override void OnAnswer(int vcpu, in Access access, in Answer answer)
    {
        next.OnAnswer(vcpu, access, answer);
        _commands.Add(StepCommand.Of(vcpu, access));
    }

    public override void OnHop(int vcpu, in Hop hop)
    {
        next.OnHop(vcpu, hop);
        if (hop.Kind == HopKind.InjectionOn)
        {
            _commands.Add(StepCommand.Enable(vcpu, design with { Handler = (VcHandler)hop.Info1 }));
        }
    }

    public override void OnAction(in MachineAction action)
    {
        next.OnAction(action);
        if (action.Kind == ActionKind.Reset)
        {
            _commands.Add(StepCommand.Reset(action.Vcpu));
        }
    }

    void IStepLog.OnAccess(int vcpu, in Access access, in Answer answer)
    {
    }

    public void OnModeStep(in ModeStep step)
    {
    }

    public void OnDone(int vcpu, in MachineStep step) => _commands.AddRange(StepCommand.Of(machine, vcpu, step));
}
