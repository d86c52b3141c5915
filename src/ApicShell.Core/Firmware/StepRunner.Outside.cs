using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <content>What host and SVSM do, and what happens to the machine.</content>
public sealed partial class StepRunner
{
    /// <summary>Where a start-up IPI lets an AP begin: which page does not matter here.</summary>
    private const byte StartupPage = 0x87;

    /// <summary>What is done from outside of the guest.</summary>
    private void DoOutside(int vcpu, in MachineStep step)
    {
        switch (step.Verb)
        {
            case StepVerb.Handler when _snp?.IsAlternateInjectionEnabled(vcpu) == true:
                _snp.EnableAlternateInjection(_machine, vcpu, (VcHandler)step.Number, _snp.Options);
                Done(vcpu, step);
                break;
            case StepVerb.HostMode:
                Issue(vcpu, Access.WriteMsr(ApicMsr.ApicBase, BaseOf(vcpu).WithMode(step.TargetMode).Value, AccessOrigin.Host));
                break;
            case StepVerb.SvsmMode when _snp is not null:
                Answer seen = Issue(vcpu, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Svsm));
                if (seen.Succeeded)
                {
                    Issue(vcpu, Access.WriteMsr(ApicMsr.ApicBase, new ApicBase(seen.Value).WithMode(step.TargetMode).Value, AccessOrigin.Svsm));
                }

                break;
            case StepVerb.SvsmSetUp when _snp is not null:
                SetUpSvsm(vcpu);
                break;
            case StepVerb.HostEdge or StepVerb.HostLevel:
                _machine.SendTo(vcpu, new InterruptMessage(_machine.InitialApicId(vcpu), (byte)step.Value, IsLevel: step.Verb == StepVerb.HostLevel));
                Done(vcpu, step);
                break;
            case StepVerb.HostNmi:
                _machine.PostNmi(vcpu);
                Done(vcpu, step);
                break;
            case StepVerb.HostInit:
                _machine.Initialize(vcpu);
                _machine.Start(vcpu, StartupPage);
                _guests[vcpu] = default;
                Done(vcpu, step);
                break;
            case StepVerb.Intercept when _snp is not null && _snp.IsAlternateInjectionEnabled(vcpu) && !_snp.IsInSvsm(vcpu):
                _snp.ExitGuest(_machine, vcpu);
                _snp.EnterGuest(_machine, vcpu);
                Done(vcpu, step);
                break;
            case StepVerb.Activate when _snp is { Injection: SnpInjection.Alternate } && !_snp.IsAlternateInjectionEnabled(vcpu):
                Activate(vcpu, step);
                break;
            case StepVerb.Reset:
                Reset(step);
                break;
            case StepVerb.HotPlug:
                HotPlug(step);
                break;
            case StepVerb.Advance:
                Advance(vcpu, step);
                break;
            default:
                _problem = StepProblem.NotPossible;
                break;
        }
    }

    private void SetUpSvsm(int vcpu)
    {
        const uint Svr = ApicMsr.X2First + 0xF;
        const ulong EnabledAndExtended = 0xC00;
        Answer seen = Issue(vcpu, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Svsm));
        if (seen.Succeeded && Issue(vcpu, Access.WriteMsr(ApicMsr.ApicBase, seen.Value | EnabledAndExtended, AccessOrigin.Svsm)).Succeeded)
        {
            Issue(vcpu, Access.WriteMsr(Svr, 0x1FF, AccessOrigin.Svsm));
        }
    }

    private void Activate(int vcpu, in MachineStep step)
    {
        // With an APIC of its own the SVSM sets that up whatever the design: its notifications need it, and the guest's is not touched.
        if (_snp!.Scope == ApicScope.PerVmpl)
        {
            SetUpSvsm(vcpu);
        }

        try
        {
            _snp.EnableAlternateInjection(_machine, vcpu, Design.Handler, new(Design.Timer, Design.Behavior));
            Done(vcpu, step);
        }
        catch (MachineException)
        {
            Wrong(StepProblem.FeatureMissing, vcpu);
            return;
        }

        foreach (MachineStep one in Design.OnActivation)
        {
            Do(vcpu, one);
        }
    }

    private void Reset(in MachineStep step)
    {
        var active = new List<int>();
        for (int vcpu = 0; vcpu < _machine.VcpuCount; vcpu++)
        {
            if (_snp?.IsAlternateInjectionEnabled(vcpu) == true)
            {
                active.Add(vcpu);
            }
        }

        _machine.Reset();
        for (int vcpu = 0; vcpu < _machine.VcpuCount; vcpu++)
        {
            AfterReset(vcpu);
        }

        Done(0, step);
        foreach (int vcpu in active)
        {
            Activate(vcpu, new MachineStep(StepVerb.Activate, vcpu));
        }
    }

    private void HotPlug(in MachineStep step)
    {
        uint id = 0;
        while (_machine.VcpuOfApicId(id) >= 0)
        {
            id++;
        }

        int added = _machine.VcpuCount;
        _machine.Add([id]);
        AfterReset(added);
        Done(added, step);
        if (_snp?.IsAlternateInjectionEnabled(0) == true)
        {
            Activate(added, new MachineStep(StepVerb.Activate, added));
        }
    }

    private void Advance(int vcpu, in MachineStep step)
    {
        ulong time = step.Value;
        if (time == 0)
        {
            if (_machine.NextTimer is not { } next)
            {
                _problem = StepProblem.NotPossible;
                return;
            }

            time = next - Math.Min(_machine.Clock, next);
        }

        _machine.Advance(Math.Min(time, Machine.MaxClock - _machine.Clock));
        Done(vcpu, step with { Value = time });
    }
}
