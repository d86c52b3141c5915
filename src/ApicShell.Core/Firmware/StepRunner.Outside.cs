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
                _machine.EnableAlternateInjection(vcpu, (VcHandler)step.Number, _snp.Options);
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
                _machine.SendTo(vcpu, new InterruptMessage(_machine.InitialApicId(vcpu), (byte)step.Value, isLevel: step.Verb == StepVerb.HostLevel));
                break;
            case StepVerb.HostNmi:
                _machine.PostNmi(vcpu);
                break;
            case StepVerb.HostInit:
                _machine.Initialize(vcpu);
                _machine.Start(vcpu, StartupPage);
                _guests[vcpu] = default;
                break;
            case StepVerb.Intercept when _snp is not null && _snp.IsAlternateInjectionEnabled(vcpu) && !_snp.IsInSvsm(vcpu):
                _machine.ExitGuest(vcpu);
                _machine.EnterGuest(vcpu);
                break;
            case StepVerb.Activate when _snp is { Injection: SnpInjection.Alternate } && !_snp.IsAlternateInjectionEnabled(vcpu):
                Activate(vcpu, Design.Handler, vcpu == 0 ? VgifSetters.SvsmForBootProcessor : VgifSetters.SvsmForAps, isNew: false);
                break;
            case StepVerb.Reset:
                Reset();
                break;
            case StepVerb.HotPlug:
                HotPlug();
                break;
            case StepVerb.Advance:
                Advance(step.Value);
                break;
            default:
                _problem = StepProblem.NotPossible;
                break;
        }
    }

    private void SetUpSvsm(int vcpu)
    {
        const uint Svr = ApicMsr.X2First + 0xF;
        const ulong EnabledAndExtended = ApicBase.AeBit | ApicBase.ExtdBit;
        Answer seen = Issue(vcpu, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Svsm));
        if (seen.Succeeded && Issue(vcpu, Access.WriteMsr(ApicMsr.ApicBase, seen.Value | EnabledAndExtended, AccessOrigin.Svsm)).Succeeded)
        {
            Issue(vcpu, Access.WriteMsr(Svr, SpuriousVector.EnabledAtVector255, AccessOrigin.Svsm));
        }
    }

    /// <summary>Alternate Injection is switched on by a VMSA that is given to the hypervisor: the one that the machine starts with, or one that a guest made.</summary>
    private void Activate(int vcpu, VcHandler handler, VgifSetters maker, bool isNew)
    {
        InjectionOptions options = (isNew ? InjectionOptions.NewVmsa : InjectionOptions.None)
            | (Design.AllVectorsAllowed ? InjectionOptions.AllVectorsAllowed : InjectionOptions.None)
            | (Design.IsVgifSetBy(maker) ? InjectionOptions.None : InjectionOptions.WithoutVgif);
        if (vcpu != 0 && Design.SvsmApic == SvsmApics.BootProcessor)
        {
            options |= InjectionOptions.WithoutApic;
        }

        if (!_machine.EnableAlternateInjection(vcpu, handler, Design.Svsm, options))
        {
            Wrong(StepProblem.FeatureMissing, vcpu);
            return;
        }

        // By index: an enumerator would be made at each step of a search that starts a vCPU.
        IReadOnlyList<MachineStep> steps = Design.OnActivation;
        for (int i = 0; i < steps.Count; i++)
        {
            Do(vcpu, steps[i]);
        }
    }

    private void Reset()
    {
        bool wasActive = _snp?.IsAlternateInjectionEnabled(0) == true;
        _machine.Reset();
        PowerOn();
        if (wasActive)
        {
            Activate(0, Design.Handler, VgifSetters.SvsmForBootProcessor, isNew: false);
        }
    }

    private void HotPlug()
    {
        uint id = 0;
        while (_machine.VcpuOfApicId(id) >= 0)
        {
            id++;
        }

        int added = _machine.VcpuCount;
        _machine.Add([id]);
        PowerOn(added);
    }

    private void Advance(ulong time)
    {
        if (time == 0)
        {
            if (_machine.NextTimer is not { } next)
            {
                _problem = StepProblem.NotPossible;
                return;
            }

            time = next - Math.Min(_machine.Clock, next);
        }

        _machine.Advance(Math.Min(time, Emulation.Machine.MaxClock - _machine.Clock));
    }
}
