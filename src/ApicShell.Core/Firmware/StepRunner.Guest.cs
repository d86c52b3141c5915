using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <content>What a guest does.</content>
public sealed partial class StepRunner
{
    private const uint IcrOffset = 0x300;
    private const uint Icr2Offset = 0x310;
    private const uint EoiOffset = 0x0B0;
    private const uint SelfIpiMsr = ApicMsr.X2First + 0x3F;
    private const uint IcrMsr = ApicMsr.X2First + 0x30;

    /// <summary>An access of the guest, its host or its SVSM; what goes wrong with it is noted.</summary>
    private Answer Issue(int vcpu, in Access access)
    {
        // An SVSM that lends the guest a whole APIC has the hypervisor's for itself.
        bool changesMode = access is { IsWrite: true, Kind: AccessKind.Msr, Address: ApicMsr.ApicBase }
            && !(access.Origin == AccessOrigin.Svsm && Design.Handler == VcHandler.Whole);
        ApicMode before = changesMode ? ModeOf(vcpu) : default;
        Answer answer = _machine.Execute(vcpu, access);
        (_access, _answer) = (access, answer);
        _exits += answer.Exits;
        Log?.OnAccess(vcpu, access, answer);
        if (changesMode)
        {
            NoteModeStep(vcpu, access, before, answer.Succeeded);
        }

        _guests[vcpu].Note(GuestBelief.Of(access, answer));
        Judge(vcpu, access, answer);
        return answer;
    }

    /// <inheritdoc/>
    Answer IAccessIssuer.Issue(int vcpu, in Access access) => Issue(vcpu, access);

    /// <summary>What a write of APIC_BASE did to the APIC that the guest sees; a host or an SVSM may have written that of another.</summary>
    private void NoteModeStep(int vcpu, in Access access, ApicMode before, bool accepted)
    {
        ApicMode after = ModeOf(vcpu);
        ApicMode asked = new ApicBase(access.Value).Mode;
        if (after != before || (!accepted && asked != before && access.Origin == AccessOrigin.Guest))
        {
            Log?.OnModeStep(new(vcpu, TransitionEvent.Write, access.Origin, before, asked, accepted));
        }
    }

    private void Judge(int vcpu, in Access access, in Answer answer)
    {
        if (answer.Outcome == Outcome.Fault)
        {
            Wrong(
                access.Origin != AccessOrigin.Guest ? StepProblem.Refused
                : answer.Fault == GuestFault.Terminated ? StepProblem.GuestEnded
                : StepProblem.Fault,
                vcpu);
        }
        else if (answer.Outcome == Outcome.Rejected)
        {
            Wrong(StepProblem.Refused, vcpu);
        }
        else if (answer.Outcome is Outcome.Unclaimed or Outcome.Dropped)
        {
            Wrong(StepProblem.Unanswered, vcpu);
        }
    }

    /// <summary>An access of the guest by its library.</summary>
    /// <returns>Whether nothing went wrong with it.</returns>
    private bool Reach(int vcpu, ApicRegister register, bool isWrite, uint value) =>
        ReachAt(vcpu, (uint)RegisterCatalogue.Find(register)!.Offset, isWrite, value);

    private bool ReachAt(int vcpu, uint offset, bool isWrite, uint value)
    {
        if (!TryFindForm(vcpu, out bool asMsr))
        {
            return false;
        }

        Issue(vcpu, Access.At(asMsr, isWrite, offset, value));
        return _problem == StepProblem.None;
    }

    /// <summary>Whether the guest's library takes MSRs now, with the looks that it takes to find out.</summary>
    /// <returns>Whether it goes on: OVMF's asserts that the APIC is on.</returns>
    private bool TryFindForm(int vcpu, out bool asMsr)
    {
        asMsr = Library == GuestLibrary.X2Apic || (Library == GuestLibrary.Linux && _guests[vcpu].Mode == ApicMode.X2Apic);
        if (Library != GuestLibrary.Ovmf)
        {
            return true;
        }

        LibraryForm form = OvmfLibrary.FindForm(this, vcpu);
        if (form == LibraryForm.Asserted)
        {
            Wrong(StepProblem.Asserted, vcpu);
        }

        asMsr = form == LibraryForm.Msr;
        return form is LibraryForm.Msr or LibraryForm.Memory;
    }

    /// <summary>SetApicMode of edk2, and what Linux does: a look, then one write, or two where x2APIC mode can be left through disabled only.</summary>
    private void ChangeMode(int vcpu, ApicMode to)
    {
        Answer look = Issue(vcpu, Access.ReadMsr(ApicMsr.ApicBase));
        if (!look.Succeeded)
        {
            return;
        }

        var now = new ApicBase(look.Value);
        if (now.Mode == to)
        {
            return;
        }

        if (now.Mode == ApicMode.X2Apic && to == ApicMode.XApic && !Issue(vcpu, Access.WriteMsr(ApicMsr.ApicBase, now.WithMode(ApicMode.Disabled).Value)).Succeeded)
        {
            return;
        }

        Issue(vcpu, Access.WriteMsr(ApicMsr.ApicBase, now.WithMode(to).Value));
    }

    private void SendIpi(int vcpu, in MachineStep step, DeliveryMode mode)
    {
        if (step.Number == StepGrammar.Others)
        {
            WriteIcr(vcpu, new(0, (byte)step.Value, mode, DestinationShorthand.AllButSelf));
        }
        else if (step.Number < _machine.VcpuCount)
        {
            WriteIcr(vcpu, new(_machine.InitialApicId((int)step.Number), (byte)step.Value, mode));
        }
        else
        {
            _problem = StepProblem.NotPossible;
        }
    }

    private void SendSelf(int vcpu, byte vector)
    {
        if (Library != GuestLibrary.Ovmf && TryFindForm(vcpu, out bool asMsr) && asMsr)
        {
            Issue(vcpu, Access.WriteMsr(SelfIpiMsr, vector));
        }
        else
        {
            WriteIcr(vcpu, new(0, vector, shorthand: DestinationShorthand.Self));
        }
    }

    /// <summary>Sends by ICR: one 64-bit MSR in x2APIC mode. In xAPIC mode OVMF saves and restores the upper half, and waits until the command is sent.</summary>
    private void WriteIcr(int vcpu, InterruptMessage message)
    {
        if (!TryFindForm(vcpu, out bool asMsr))
        {
            return;
        }

        if (asMsr)
        {
            Issue(vcpu, Access.WriteMsr(IcrMsr, message.Bits));
            return;
        }

        // In xAPIC mode IDs have eight bits: another one cannot be sent to.
        if (message.Destination > XApicId.Highest)
        {
            _problem = StepProblem.NotPossible;
            return;
        }

        Answer saved = Library == GuestLibrary.Ovmf ? Issue(vcpu, Access.ReadMmio(Icr2Offset)) : default;
        if (_problem == StepProblem.None && Issue(vcpu, Access.WriteMmio(Icr2Offset, XApicId.Of(message.Destination).Register)).Succeeded
            && Issue(vcpu, Access.WriteMmio(IcrOffset, (uint)message.Bits)).Succeeded && Issue(vcpu, Access.ReadMmio(IcrOffset)).Succeeded
            && Library == GuestLibrary.Ovmf)
        {
            Issue(vcpu, Access.WriteMmio(Icr2Offset, (uint)saved.Value));
        }
    }

    private void StartAp(int vcpu, in MachineStep step)
    {
        bool all = step.Number == StepGrammar.Others;
        if (!all && (step.Number >= _machine.VcpuCount || step.Number == vcpu))
        {
            _problem = StepProblem.NotPossible;
        }
        else if (_snp is not null)
        {
            for (int target = all ? 0 : (int)step.Number; target < (all ? _machine.VcpuCount : step.Number + 1); target++)
            {
                if (target != vcpu)
                {
                    CreateAp(vcpu, target);
                }
            }
        }
        else
        {
            uint id = all ? 0 : _machine.InitialApicId((int)step.Number);
            DestinationShorthand shorthand = all ? DestinationShorthand.AllButSelf : DestinationShorthand.None;
            WriteIcr(vcpu, new(id, 0, DeliveryMode.Init, shorthand));
            WriteIcr(vcpu, new(id, StartupPage, DeliveryMode.Startup, shorthand));
            for (int target = all ? 0 : (int)step.Number; target < (all ? _machine.VcpuCount : step.Number + 1); target++)
            {
                // INIT resets the registers: the code that starts knows nothing of them.
                _guests[target] = target == vcpu ? _guests[target] : default;
            }
        }
    }

    /// <summary>
    /// What the starter makes of a vCPU: its VMSA, of which it tells the SVSM and then the hypervisor. The VMSA has the features of the starter's own, so
    /// Alternate Injection too (edk2 MpInitLib X64/AmdSev.c; Linux wakeup_cpu_via_vmgexit; coconut-svsm protocols/core.rs, check_vmsa).
    /// </summary>
    private void CreateAp(int vcpu, int target)
    {
        const ulong Create = 1;
        if (_snp!.IsAlternateInjectionEnabled(vcpu))
        {
            VgifSetters starter = Library == GuestLibrary.Ovmf ? VgifSetters.Firmware : VgifSetters.Kernel;
            Activate(target, _snp.HandlerOf(vcpu), VgifSetters.SvsmForAps | starter, isNew: true);
        }

        ulong info1 = ((ulong)_machine.InitialApicId(target) << 32) | ((ulong)_snp!.GuestVmpl << 16) | Create;
        GhcbReply reply = _machine.Exit(vcpu, _snp.GuestVmpl, new GhcbRequest(GhcbExitCode.ApCreation, info1));
        _exits++;
        if (reply.Info1 != GhcbReply.Success)
        {
            Wrong(StepProblem.CallFailed, vcpu);
        }

        // The code that starts knows nothing of its APIC.
        _guests[target] = default;
    }

    private void Take(int vcpu, in MachineStep step)
    {
        _taken = _machine.Take(vcpu);
        if (_taken.Kind == TakenKind.Fixed && !_guests[vcpu].Push(_taken.Vector))
        {
            Wrong(StepProblem.OtherTaken, vcpu);
        }

        if (step.Value != 0 && (_taken.Kind != TakenKind.Fixed || _taken.Vector != step.Value))
        {
            Wrong(_taken.Kind == TakenKind.None ? StepProblem.NothingTaken : StepProblem.OtherTaken, vcpu);
            _reason = ReasonOf(vcpu, (byte)step.Value);
            int inService = GuestViewCheck.HighestInService(_machine, vcpu);
            _blocking = (byte)(inService > _guests[vcpu].Newest ? inService : 0);
        }
        else if (_taken.Kind == TakenKind.None)
        {
            _problem = StepProblem.NotPossible;
        }
    }

    /// <summary>Why an interrupt stays away from a vCPU whose SVSM delivers.</summary>
    private RuleId ReasonOf(int vcpu, byte vector)
    {
        if (_snp?.IsAlternateInjectionEnabled(vcpu) != true)
        {
            return RuleId.None;
        }

        VirtualInterruptControl control = _snp.VmsaOf(vcpu).InterruptControl;
        if (control.HasRequest && control.Vector == vector && !control.GlobalInterruptFlag)
        {
            return SnpRule.VgifClear;
        }

        SvsmApicState svsm = _snp.SvsmOf(vcpu);
        uint bit = 1u << (vector & 31);
        return (svsm.Posted(vector >> 5) & bit) != 0 ? SnpRule.SvsmNotNotified
            : (svsm.Irr(vector >> 5) & bit) != 0 ? RuleId.None
            : (svsm.Allowed(vector >> 5) & bit) == 0 ? SnpRule.SvsmVectorNotAllowed
            : !_machine.StateOf(vcpu, AccessOrigin.Guest).IsSoftwareEnabled ? RuleId.InterruptRefusedDisabled
            : RuleId.None;
    }

    private void End(int vcpu)
    {
        if (_guests[vcpu].ServiceCount == 0)
        {
            _problem = StepProblem.NotPossible;
            return;
        }

        if (ReachAt(vcpu, EoiOffset, isWrite: true, 0))
        {
            _guests[vcpu].Pop();
        }
    }

    private void Call(int vcpu, uint call, ulong rcx)
    {
        if (_snp is null or { Injection: SnpInjection.Restricted } || !_snp.IsAlternateInjectionEnabled(vcpu))
        {
            _problem = StepProblem.NotPossible;
            return;
        }

        _result = _machine.CallSvsm(vcpu, SvsmRegisterSet.Call(SvsmProtocol.Apic, call, rcx)).Result;
        _exits++;
        if (_result != SvsmResult.Success)
        {
            Wrong(StepProblem.CallFailed, vcpu);
        }
    }
}
