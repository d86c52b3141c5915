using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Searching;

/// <summary>Notes, as they are typed at the prompt, the commands that a machine carries out.</summary>
internal sealed class CommandRecorder(Machine machine, MachineObserver next) : MachineObserver
{
    private List<string> _commands = [];

    /// <summary>The commands since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        List<string> taken = _commands;
        _commands = [];
        return taken;
    }

    public override bool WatchesDelivery => next.WatchesDelivery;

    public override void OnCommand(long number, in MachineCommand command)
    {
        next.OnCommand(number, command);
        _commands.Add(PromptCommand.Of(machine, command));
    }

    public override void OnHop(long number, int vcpu, in Hop hop) => next.OnHop(number, vcpu, hop);

    public override void OnInterrupt(long number, in InterruptEvent interrupt) => next.OnInterrupt(number, interrupt);

    public override void OnAnswer(long number, in MachineCommand command, in Answer answer) => next.OnAnswer(number, command, answer);
}
