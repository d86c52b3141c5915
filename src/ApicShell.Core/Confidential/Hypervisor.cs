using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// The hypervisor's side of GHCB exits, and the one door for them: Linux KVM, with a local APIC of model Kvm behind them (KVM svm.c, svm/sev.c and its
/// restricted injection series). An exit says which VMPL it came from; with one APIC for each VMPL it reaches that VMPL's.
/// </summary>
internal static class Hypervisor
{
    /// <summary>Longest memory access that an exit may ask for, in bytes (GHCB protocol 2).</summary>
    private const byte MaxMmioLength = 8;

    private const HypervisorFeatures None = HypervisorFeatures.None;
    private const ulong FirstCode = 0x8000_0000;

    /// <summary>The exits of the GHCB's own numbers, 0x80000000 and up.</summary>
    private static readonly ExitRow[] s_exits = Rows(
        new(GhcbExitCode.MmioRead, None, Mmio),
        new(GhcbExitCode.MmioWrite, None, Mmio),
        new(GhcbExitCode.ApCreation, HypervisorFeatures.ApCreation, CreateAp),
        new(GhcbExitCode.Doorbell, HypervisorFeatures.RestrictedInjection | HypervisorFeatures.ExtendedInterrupts, Doorbell),
        new(GhcbExitCode.HvIpi, HypervisorFeatures.RestrictedInjection, HvIpi),
        new(GhcbExitCode.HvTimer, HypervisorFeatures.RestrictedInjectionTimer, HvTimer),
        new(GhcbExitCode.RunVmpl, HypervisorFeatures.MultiVmpl, RunVmpl),
        new(GhcbExitCode.ConfigureInjection, HypervisorFeatures.ExtendedInterrupts, ConfigureInjection),
        new(GhcbExitCode.DisableAlternateInjection, HypervisorFeatures.ExtendedInterrupts, DisableAlternateInjection),
        new(GhcbExitCode.SpecificEoi, HypervisorFeatures.ExtendedInterrupts, SpecificEoi));

    private static readonly ExitRow s_msr = new(GhcbExitCode.Msr, None, Msr);
    private static readonly ExitRow s_features = new(GhcbExitCode.Features, None, TellFeatures);
    private static readonly ExitRow s_terminate = new(GhcbExitCode.Terminate, None, Terminate);

    private delegate Answer Handler(in GhcbExit exit);

    /// <summary>An exit.</summary>
    /// <param name="cpu">The vCPU that leaves.</param>
    /// <param name="vmpl">The VMPL that it leaves from.</param>
    /// <param name="request">What it asks for.</param>
    public static Answer Exit(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        cpu.Platform.ExitCount++;
        Answer answer = Serve(cpu, vmpl, request);
        if (cpu.IsWatched)
        {
            Tell(cpu, vmpl, request, answer);
        }

        return answer.Via(request.Code == GhcbExitCode.Msr ? Route.GhcbMsr : Route.GhcbMmio, 1);
    }

    /// <summary>An access to the APIC, by an exit.</summary>
    public static Answer Exit(SnpVcpu cpu, byte vmpl, Access access) => Exit(cpu, vmpl, access.Kind == AccessKind.Msr
        ? new GhcbRequest(GhcbExitCode.Msr, access.IsWrite ? 1UL : 0UL, 0, access.Address, access.Value)
        : new GhcbRequest(
            access.IsWrite ? GhcbExitCode.MmioWrite : GhcbExitCode.MmioRead,
            new ApicBase(cpu.Machine.PlaneOf(access.Origin).Apics[cpu.Index].ApicBase).Address + access.Address,
            access.Size,
            0,
            access.Value));

    /// <summary>What an exit does, by whatever way it came.</summary>
    public static Answer Serve(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        ExitRow row = Find(request.Code);
        return row.Handle is not null && (row.NeedsOne == None || (cpu.Platform.Features & row.NeedsOne) != 0)
            ? row.Handle(new(cpu, vmpl, request))
            : SnpAnswer.Refused(GhcbReply.InvalidEvent);
    }

    private static ExitRow[] Rows(params ExitRow[] rows)
    {
        var table = new ExitRow[32];
        foreach (ExitRow row in rows)
        {
            table[row.Code - FirstCode] = row;
        }

        return table;
    }

    private static ExitRow Find(ulong code) => code switch
    {
        GhcbExitCode.Msr => s_msr,
        GhcbExitCode.Features => s_features,
        GhcbExitCode.Terminate or GhcbExitCode.UnsupportedEvent => s_terminate,
        _ => code - FirstCode < (ulong)s_exits.Length ? s_exits[code - FirstCode] : default,
    };

    private static void Tell(SnpVcpu cpu, byte vmpl, in GhcbRequest request, in Answer answer) => cpu.Tell(new Hop(
        SnpHop.GhcbExit, vmpl, request.Code, request.Info1, request.Info2, request.Rcx, request.Data,
        answer.ExitInfo1, answer.Failure == 0 ? answer.Value : answer.Detail));

    /// <summary>What the local APIC behind the exit makes of an access.</summary>
    private static Answer Reach(in GhcbExit exit, Access access)
    {
        Answer answer = LocalApic.Execute(exit.Plane, exit.Cpu.Index, access);
        answer = answer.Responder == Responder.LocalApic ? answer.From(Responder.Hypervisor) : answer;
        return answer.Outcome == Outcome.Fault ? answer.With((byte)SnpFailure.Exception, GhcbReply.GeneralProtection) : answer;
    }

    private static Answer Msr(in GhcbExit exit) => exit.Request.Info1 > 1 || exit.Request.Rcx > uint.MaxValue
        ? SnpAnswer.Refused(GhcbReply.InvalidInput)
        : Reach(exit, new(AccessKind.Msr, exit.Request.Info1 == 1, (uint)exit.Request.Rcx, exit.Request.Data, 8, exit.Origin));

    private static Answer Mmio(in GhcbExit exit)
    {
        const ulong PageMask = 0xFFF;
        bool isWrite = exit.Request.Code == GhcbExitCode.MmioWrite;
        ulong length = exit.Request.Info2;
        if (length is 0 or > MaxMmioLength)
        {
            return length == 0 ? SnpAnswer.Exited()
                : Answer.Undefined(SnpRule.GhcbMmioTooLong).From(Responder.Hypervisor).With((byte)SnpFailure.Malformed, GhcbReply.InvalidInput);
        }

        // Memory that is nobody's reads as ones, and a write of it is lost.
        ulong page = new ApicBase(exit.Plane.Apics[exit.Cpu.Index].ApicBase).Address;
        return (exit.Request.Info1 & ~PageMask) == page
            ? Reach(exit, new(AccessKind.Mmio, isWrite, (uint)(exit.Request.Info1 & PageMask), exit.Request.Data, (byte)length, exit.Origin))
            : new(
                isWrite ? Outcome.Dropped : Outcome.Unclaimed, RuleId.PageNotDecoded, isWrite ? 0 : ulong.MaxValue >> (int)(64 - (8 * length)), Responder.Nobody);
    }

    /// <summary>Info1 15:0: 0 at the next INIT, 1 now, 2 destroy (GHCB protocol; of KVM's planes 19:16 are the VMPL).</summary>
    private static Answer CreateAp(in GhcbExit exit)
    {
        int target = exit.Cpu.Machine.VcpuOfApicId((uint)(exit.Request.Info1 >> 32));
        ulong operation = exit.Request.Info1 & 0xFFFF;
        ulong vmpl = (exit.Request.Info1 >> 16) & 0xF;
        if (target < 0 || operation > 2 || (vmpl != exit.Cpu.Platform.GuestVmpl && vmpl != Vmpl.Svsm))
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        exit.Cpu.Machine.VcpuAt(target).RunState = operation == 1 ? RunState.Running : RunState.WaitForStartup;
        return SnpAnswer.Exited();
    }

    private static Answer Doorbell(in GhcbExit exit)
    {
        const ulong None = ulong.MaxValue;
        ref SnpVcpuState state = ref exit.Cpu.State;
        if (exit.Vmpl != Vmpl.Svsm)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        switch (exit.Request.Info1)
        {
            case GhcbExitCode.DoorbellGetPreferred:
                return SnpAnswer.Exited(None);
            case GhcbExitCode.DoorbellQuery:
                return SnpAnswer.Exited(state.HasDoorbell != 0 ? state.DoorbellAddress : None);
            case GhcbExitCode.DoorbellClear:
                (state.HasDoorbell, state.DoorbellAddress) = (0, 0);
                return SnpAnswer.Exited();
            case GhcbExitCode.DoorbellSet when (exit.Request.Info2 & 0xFFF) == 0 && exit.Request.Info2 >> exit.Cpu.Machine.Traits.PhysicalAddressBits == 0:
                (state.HasDoorbell, state.DoorbellAddress) = (1, exit.Request.Info2);
                exit.Cpu.Platform.AfterAcceptance(exit.Plane, exit.Cpu.Index);
                return SnpAnswer.Exited();
            default:
                return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }
    }

    /// <summary>In xAPIC mode KVM writes the low half of the ICR only, so the destination is whatever the upper half was.</summary>
    private static Answer HvIpi(in GhcbExit exit)
    {
        ref LocalApicState apic = ref exit.Plane.Apics[exit.Cpu.Index];
        if (!apic.IsEnabled || !apic.IsSoftwareEnabled)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        ulong icr = exit.Request.Info1;
        Access access = apic.IsX2Apic
            ? Access.WriteMsr(ApicMsr.X2First + 0x30, icr, exit.Origin)
            : Access.WriteMmio(0x300, (uint)icr, 4, exit.Origin);
        return LocalApic.Execute(exit.Plane, exit.Cpu.Index, access).Outcome == Outcome.Fault ? SnpAnswer.Refused(GhcbReply.InvalidInput) : SnpAnswer.Exited();
    }

    /// <summary>The machine's own clock wakes the SVSM: there is nothing to keep here.</summary>
    private static Answer HvTimer(in GhcbExit exit) => SnpAnswer.Exited();

    private static Answer RunVmpl(in GhcbExit exit)
    {
        bool toGuest = exit.Request.Info1 == Vmpl.Guest;
        if ((!toGuest && exit.Request.Info1 != Vmpl.Svsm) || exit.Cpu.Platform.Injection == SnpInjection.Restricted)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        // A guest that asks for the SVSM without a call comes back at once: there is nothing for it to do.
        if (!toGuest && exit.Vmpl != Vmpl.Svsm)
        {
            SvsmEntry.Exit(exit.Cpu, default);
        }

        SvsmEntry.Enter(exit.Cpu);
        return SnpAnswer.Exited();
    }

    private static Answer ConfigureInjection(in GhcbExit exit)
    {
        if (exit.Vmpl != Vmpl.Svsm || exit.Request.Info1 > 0xFF)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        exit.Cpu.State.InjectionVector = (byte)exit.Request.Info1;
        return SnpAnswer.Exited();
    }

    private static Answer DisableAlternateInjection(in GhcbExit exit)
    {
        const ulong Defined = 0x00FF_FF03;
        ulong info1 = exit.Request.Info1;
        if (exit.Vmpl != Vmpl.Svsm || (info1 & ~Defined) != 0 || (byte)(info1 >> 16) != Vmpl.Guest || exit.Cpu.State.HasDoorbell == 0)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        HypervisorDelivery.TakeOver(exit.Cpu, (byte)(info1 >> 8));
        return SnpAnswer.Exited();
    }

    private static Answer SpecificEoi(in GhcbExit exit)
    {
        ulong info1 = exit.Request.Info1;
        byte vector = (byte)info1;
        ApicPlane guest = exit.Cpu.Machine.GuestPlane;
        if (exit.Vmpl != Vmpl.Svsm || info1 >> 8 != (ulong)Vmpl.Guest << 8 || !guest.Apics[exit.Cpu.Index].Has(ApicRegister.Tmr0, vector))
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        Acceptance.End(guest, exit.Cpu.Index, vector);
        return SnpAnswer.Exited();
    }

    private static Answer TellFeatures(in GhcbExit exit) =>
        exit.Request.Info1 == 0 ? SnpAnswer.Exited((ulong)exit.Cpu.Platform.Features) : SnpAnswer.Refused(GhcbReply.InvalidInput);

    private static Answer Terminate(in GhcbExit exit)
    {
        exit.Cpu.Platform.Terminate();
        return SnpAnswer.Exited();
    }

    private readonly record struct ExitRow(ulong Code, HypervisorFeatures NeedsOne, Handler Handle);
}
