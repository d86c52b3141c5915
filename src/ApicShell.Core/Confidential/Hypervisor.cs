using System.Runtime.CompilerServices;
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
    private static readonly ExitRow s_unknown;
    private static readonly ExitRow s_terminate = new(GhcbExitCode.Terminate, None, Terminate);

    private delegate Answer Handler(SnpVcpu cpu, byte vmpl, in GhcbRequest request);

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
        ref readonly ExitRow row = ref Find(request.Code);
        return row.Handle is not null && (row.NeedsOne == None || (cpu.Platform.Features & row.NeedsOne) != 0)
            ? row.Handle(cpu, vmpl, request)
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

    private static ref readonly ExitRow Find(ulong code)
    {
        switch (code)
        {
            case GhcbExitCode.Msr:
                return ref s_msr;
            case GhcbExitCode.Features:
                return ref s_features;
            case GhcbExitCode.Terminate or GhcbExitCode.UnsupportedEvent:
                return ref s_terminate;
            default:
                ulong place = code - FirstCode;
                return ref place < (ulong)s_exits.Length ? ref s_exits[place] : ref s_unknown;
        }
    }

    /// <summary>Whom the local APIC behind an exit of a VMPL sees.</summary>
    private static AccessOrigin OriginOf(SnpVcpu cpu, byte vmpl) =>
        vmpl == Vmpl.Svsm && cpu.Platform.Injection == SnpInjection.Alternate ? AccessOrigin.Svsm : AccessOrigin.Guest;

    /// <summary>The APICs that an exit of a VMPL reaches.</summary>
    private static ApicPlane PlaneOf(SnpVcpu cpu, byte vmpl) => cpu.Machine.PlaneOf(OriginOf(cpu, vmpl));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tell(SnpVcpu cpu, byte vmpl, in GhcbRequest request, Answer answer) => cpu.Tell(new Hop(
        SnpHop.GhcbExit, vmpl, request.Code, request.Info1, request.Info2, request.Rcx, request.Data,
        answer.ExitInfo1, answer.Failure == 0 ? answer.Value : answer.Detail));

    /// <summary>What the local APIC behind the exit makes of an access.</summary>
    private static Answer Reach(SnpVcpu cpu, byte vmpl, Access access)
    {
        Answer answer = LocalApic.Execute(PlaneOf(cpu, vmpl), cpu.Index, access);
        answer = answer.Responder == Responder.LocalApic ? answer.From(Responder.Hypervisor) : answer;
        return answer.Outcome == Outcome.Fault ? answer.With((byte)SnpFailure.Exception, GhcbReply.GeneralProtection) : answer;
    }

    private static Answer Msr(SnpVcpu cpu, byte vmpl, in GhcbRequest request) => request.Info1 > 1 || request.Rcx > uint.MaxValue
        ? SnpAnswer.Refused(GhcbReply.InvalidInput)
        : Reach(cpu, vmpl, new(AccessKind.Msr, request.Info1 == 1, (uint)request.Rcx, request.Data, 8, OriginOf(cpu, vmpl)));

    private static Answer Mmio(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        const ulong PageMask = 0xFFF;
        bool isWrite = request.Code == GhcbExitCode.MmioWrite;
        ulong length = request.Info2;
        if (length is 0 or > MaxMmioLength)
        {
            return length == 0 ? SnpAnswer.Exited()
                : Answer.Undefined(SnpRule.GhcbMmioTooLong).From(Responder.Hypervisor).With((byte)SnpFailure.Malformed, GhcbReply.InvalidInput);
        }

        // Memory that is nobody's reads as ones, and a write of it is lost.
        ulong page = new ApicBase(PlaneOf(cpu, vmpl).Apics[cpu.Index].ApicBase).Address;
        return (request.Info1 & ~PageMask) == page
            ? Reach(cpu, vmpl, new(AccessKind.Mmio, isWrite, (uint)(request.Info1 & PageMask), request.Data, (byte)length, OriginOf(cpu, vmpl)))
            : new(
                isWrite ? Outcome.Dropped : Outcome.Unclaimed, RuleId.PageNotDecoded, isWrite ? 0 : ulong.MaxValue >> (int)(64 - (8 * length)), Responder.Nobody);
    }

    /// <summary>
    /// Info1 15:0: 0 at the next INIT, 1 now, 2 destroy; 19:16 the VMPL (GHCB protocol). Now or never KVM has the vCPU taken through
    /// kvm_vcpu_reset(vcpu, true): an INIT of the APIC behind that VMPL, and of what waits beside it (x86.c; coconut-svsm issue 378).
    /// </summary>
    private static Answer CreateAp(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        int target = cpu.Machine.VcpuOfApicId((uint)(request.Info1 >> 32));
        ulong operation = request.Info1 & 0xFFFF;
        ulong started = (request.Info1 >> 16) & 0xF;
        if (target < 0 || operation > 2 || (started != cpu.Platform.GuestVmpl && started != Vmpl.Svsm))
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        if (operation == 0)
        {
            return SnpAnswer.Exited();
        }

        ref VcpuState vcpu = ref cpu.Machine.VcpuAt(target);
        vcpu = new() { Paused = vcpu.Paused, RunState = operation == 1 ? RunState.Running : RunState.WaitForStartup };
        if (!cpu.Platform.Has(HypervisorBehavior.LeavesApicAtCreation))
        {
            PlaneOf(cpu, (byte)started).Initialize(target);
        }

        return SnpAnswer.Exited();
    }

    private static Answer Doorbell(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        const ulong None = ulong.MaxValue;
        ref SnpVcpuState state = ref cpu.State;
        if (vmpl != Vmpl.Svsm)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        switch (request.Info1)
        {
            case GhcbExitCode.DoorbellGetPreferred:
                return SnpAnswer.Exited(None);
            case GhcbExitCode.DoorbellQuery:
                return SnpAnswer.Exited(state.HasDoorbell != 0 ? state.DoorbellAddress : None);
            case GhcbExitCode.DoorbellClear:
                (state.HasDoorbell, state.DoorbellAddress) = (0, 0);
                return SnpAnswer.Exited();
            case GhcbExitCode.DoorbellSet when (request.Info2 & 0xFFF) == 0 && request.Info2 >> cpu.Machine.Traits.PhysicalAddressBits == 0:
                (state.HasDoorbell, state.DoorbellAddress) = (1, request.Info2);
                cpu.Platform.AfterAcceptance(PlaneOf(cpu, vmpl), cpu.Index);
                return SnpAnswer.Exited();
            default:
                return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }
    }

    /// <summary>In xAPIC mode KVM writes the low half of the ICR only, so the destination is whatever the upper half was.</summary>
    private static Answer HvIpi(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        AccessOrigin origin = OriginOf(cpu, vmpl);
        ApicPlane plane = cpu.Machine.PlaneOf(origin);
        ref LocalApicState apic = ref plane.Apics[cpu.Index];
        if (!apic.IsEnabled || !(apic.IsSoftwareEnabled || cpu.Platform.Has(HypervisorBehavior.NotifiesFromDisabledApic)))
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        ulong icr = request.Info1;
        Answer written = apic.IsX2Apic
            ? LocalApic.WriteMsr(plane, cpu.Index, ApicMsr.X2First + 0x30, icr, origin)
            : LocalApic.WritePage(plane, cpu.Index, 0x300, (uint)icr, 4, origin);
        return written.Outcome == Outcome.Fault ? SnpAnswer.Refused(GhcbReply.InvalidInput) : SnpAnswer.Exited();
    }

    /// <summary>The machine's own clock wakes the SVSM: there is nothing to keep here.</summary>
    private static Answer HvTimer(SnpVcpu cpu, byte vmpl, in GhcbRequest request) => SnpAnswer.Exited();

    private static Answer RunVmpl(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        bool toGuest = request.Info1 == Vmpl.Guest;
        if ((!toGuest && request.Info1 != Vmpl.Svsm) || cpu.Platform.Injection == SnpInjection.Restricted)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        // A guest that asks for the SVSM without a call comes back at once: there is nothing for it to do.
        if (!toGuest && vmpl != Vmpl.Svsm)
        {
            SvsmEntry.Exit(cpu, default);
        }

        SvsmEntry.Enter(cpu);
        return SnpAnswer.Exited();
    }

    private static Answer ConfigureInjection(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        if (vmpl != Vmpl.Svsm || request.Info1 > 0xFF)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        cpu.State.InjectionVector = (byte)request.Info1;
        return SnpAnswer.Exited();
    }

    private static Answer DisableAlternateInjection(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        const ulong Defined = 0x00FF_FF03;
        ulong info1 = request.Info1;
        if (vmpl != Vmpl.Svsm || (info1 & ~Defined) != 0 || (byte)(info1 >> 16) != Vmpl.Guest || cpu.State.HasDoorbell == 0)
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        HypervisorDelivery.TakeOver(cpu, (byte)(info1 >> 8));
        return SnpAnswer.Exited();
    }

    private static Answer SpecificEoi(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        ulong info1 = request.Info1;
        byte vector = (byte)info1;
        ApicPlane guest = cpu.Machine.GuestPlane;
        if (vmpl != Vmpl.Svsm || info1 >> 8 != (ulong)Vmpl.Guest << 8 || !guest.Apics[cpu.Index].Has(ApicRegister.Tmr0, vector))
        {
            return SnpAnswer.Refused(GhcbReply.InvalidInput);
        }

        Acceptance.End(guest, cpu.Index, vector);
        return SnpAnswer.Exited();
    }

    private static Answer TellFeatures(SnpVcpu cpu, byte vmpl, in GhcbRequest request) =>
        request.Info1 == 0 ? SnpAnswer.Exited((ulong)cpu.Platform.Features) : SnpAnswer.Refused(GhcbReply.InvalidInput);

    private static Answer Terminate(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        cpu.Platform.Terminate();
        return SnpAnswer.Exited();
    }

    private readonly record struct ExitRow(ulong Code, HypervisorFeatures NeedsOne, Handler Handle);
}
