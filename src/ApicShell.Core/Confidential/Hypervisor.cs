using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// The hypervisor's side of GHCB exits: Linux KVM, with a local APIC of model Kvm behind them (KVM svm.c, svm/sev.c and its restricted injection
/// series). An exit says which VMPL it came from; with one APIC for each VMPL it reaches that VMPL's.
/// </summary>
internal static class Hypervisor
{
    /// <summary>Longest memory access that an exit may ask for, in bytes (GHCB protocol 2).</summary>
    private const byte MaxMmioLength = 8;

    private static readonly Dictionary<ulong, ExitRow> s_exits = new()
    {
        [GhcbExitCode.ApCreation] = new(HypervisorFeatures.ApCreation, CreateAp),
        [GhcbExitCode.Doorbell] = new(HypervisorFeatures.RestrictedInjection | HypervisorFeatures.ExtendedInterrupts, Doorbell),
        [GhcbExitCode.HvTimer] = new(HypervisorFeatures.RestrictedInjectionTimer, HvTimer),
        [GhcbExitCode.RunVmpl] = new(HypervisorFeatures.MultiVmpl, RunVmpl),
        [GhcbExitCode.ConfigureInjection] = new(HypervisorFeatures.ExtendedInterrupts, ConfigureInjection),
        [GhcbExitCode.DisableAlternateInjection] = new(HypervisorFeatures.ExtendedInterrupts, DisableAlternateInjection),
        [GhcbExitCode.SpecificEoi] = new(HypervisorFeatures.ExtendedInterrupts, SpecificEoi),
        [GhcbExitCode.Features] = new(HypervisorFeatures.None, TellFeatures),
        [GhcbExitCode.Terminate] = new(HypervisorFeatures.None, Terminate),
        [GhcbExitCode.UnsupportedEvent] = new(HypervisorFeatures.None, Terminate),
    };

    private delegate GhcbReply Handler(in ExitContext exit);

    /// <summary>An access to the APIC, by an MSR or MMIO exit.</summary>
    public static GhcbReply Access(ApicPlane plane, int vcpu, in Access access, out ApicResult result)
    {
        if (access.Kind == AccessKind.Mmio && access.Size > MaxMmioLength)
        {
            result = ApicResult.Undefined(RuleId.GhcbMmioTooLong);
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        result = LocalApic.Execute(plane, vcpu, access);
        return result.Outcome == Outcome.Fault
            ? new(GhcbReply.Exception, GhcbReply.GeneralProtection, 0)
            : new(GhcbReply.Success, 0, result.Value);
    }

    /// <summary>Any exit.</summary>
    public static GhcbReply Exit(SnpPlatform platform, Machine machine, int vcpu, byte vmpl, in GhcbRequest request)
    {
        var exit = new ExitContext(platform, machine, vcpu, vmpl, request);
        return request.Code switch
        {
            GhcbExitCode.Msr => Msr(exit),
            GhcbExitCode.MmioRead or GhcbExitCode.MmioWrite => Mmio(exit),
            GhcbExitCode.HvIpi when (platform.Features & HypervisorFeatures.RestrictedInjection) != 0 => HvIpi(exit),
            _ => s_exits.TryGetValue(request.Code, out ExitRow row) && (row.NeedsOne == HypervisorFeatures.None || (platform.Features & row.NeedsOne) != 0)
                ? row.Handle(exit)
                : GhcbReply.Refuse(GhcbReply.InvalidEvent),
        };
    }

    private static GhcbReply Msr(in ExitContext exit)
    {
        if (exit.Request.Info1 > 1 || exit.Request.Rcx > uint.MaxValue)
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        return Access(exit.Plane, exit.Vcpu, new(AccessKind.Msr, exit.Request.Info1 == 1, (uint)exit.Request.Rcx, exit.Request.Data, 8, exit.Origin), out _);
    }

    private static GhcbReply Mmio(in ExitContext exit)
    {
        const ulong PageMask = 0xFFF;
        bool isWrite = exit.Request.Code == GhcbExitCode.MmioWrite;
        ulong length = exit.Request.Info2;
        if (length is 0 or > MaxMmioLength)
        {
            return length == 0 ? GhcbReply.Done() : GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        // Memory that is nobody's reads as ones, and a write of it is lost.
        ulong page = new ApicBase(exit.Plane.Apics[exit.Vcpu].ApicBase).Address;
        return (exit.Request.Info1 & ~PageMask) == page
            ? Access(exit.Plane, exit.Vcpu, new(AccessKind.Mmio, isWrite, (uint)(exit.Request.Info1 & PageMask), exit.Request.Data, (byte)length, exit.Origin), out _)
            : new(GhcbReply.Success, 0, isWrite ? 0 : ulong.MaxValue >> (int)(64 - (8 * length)));
    }

    /// <summary>Info1 15:0: 0 at the next INIT, 1 now, 2 destroy (GHCB protocol; of KVM's planes 19:16 are the VMPL).</summary>
    private static GhcbReply CreateAp(in ExitContext exit)
    {
        int target = exit.Machine.VcpuOfApicId((uint)(exit.Request.Info1 >> 32));
        ulong operation = exit.Request.Info1 & 0xFFFF;
        ulong vmpl = (exit.Request.Info1 >> 16) & 0xF;
        if (target < 0 || operation > 2 || (vmpl != exit.Platform.GuestVmpl && vmpl != Vmpl.Svsm))
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        exit.Machine.VcpuAt(target).RunState = operation == 1 ? RunState.Running : RunState.WaitForStartup;
        return GhcbReply.Done();
    }

    private static GhcbReply Doorbell(in ExitContext exit)
    {
        const ulong None = ulong.MaxValue;
        ref SnpVcpuState state = ref exit.Platform.At(exit.Vcpu);
        if (exit.Vmpl != Vmpl.Svsm)
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        switch (exit.Request.Info1)
        {
            case GhcbExitCode.DoorbellGetPreferred:
                return GhcbReply.Done(None);
            case GhcbExitCode.DoorbellQuery:
                return GhcbReply.Done(state.HasDoorbell != 0 ? state.DoorbellAddress : None);
            case GhcbExitCode.DoorbellClear:
                (state.HasDoorbell, state.DoorbellAddress) = (0, 0);
                return GhcbReply.Done();
            case GhcbExitCode.DoorbellSet when (exit.Request.Info2 & 0xFFF) == 0 && exit.Request.Info2 >> exit.Machine.Traits.PhysicalAddressBits == 0:
                (state.HasDoorbell, state.DoorbellAddress) = (1, exit.Request.Info2);
                exit.Platform.AfterAcceptance(exit.Machine, exit.Plane, exit.Vcpu);
                return GhcbReply.Done();
            default:
                return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }
    }

    /// <summary>In xAPIC mode KVM writes the low half of the ICR only, so the destination is whatever the upper half was.</summary>
    private static GhcbReply HvIpi(in ExitContext exit)
    {
        ref LocalApicState apic = ref exit.Plane.Apics[exit.Vcpu];
        if (!apic.IsEnabled || !apic.IsSoftwareEnabled)
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        ulong icr = exit.Request.Info1;
        Access access = apic.IsX2Apic
            ? Architecture.Access.WriteMsr(ApicMsr.X2First + 0x30, icr, exit.Origin)
            : Architecture.Access.WriteMmio(0x300, (uint)icr, 4, exit.Origin);
        GhcbReply reply = Access(exit.Plane, exit.Vcpu, access, out _);
        return reply.Info1 == GhcbReply.Success ? reply : GhcbReply.Refuse(GhcbReply.InvalidInput);
    }

    /// <summary>The machine's own clock wakes the SVSM: there is nothing to keep here.</summary>
    private static GhcbReply HvTimer(in ExitContext exit) => GhcbReply.Done();

    private static GhcbReply RunVmpl(in ExitContext exit)
    {
        bool toGuest = exit.Request.Info1 == Vmpl.Guest;
        if ((!toGuest && exit.Request.Info1 != Vmpl.Svsm) || exit.Platform.Injection == SnpInjection.Restricted)
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        // A guest that asks for the SVSM without a call comes back at once: there is nothing for it to do.
        if (!toGuest && exit.Vmpl != Vmpl.Svsm)
        {
            SvsmEntry.Exit(exit.Platform, exit.Machine, exit.Vcpu, default);
        }

        SvsmEntry.Enter(exit.Platform, exit.Machine, exit.Vcpu);
        return GhcbReply.Done();
    }

    private static GhcbReply ConfigureInjection(in ExitContext exit)
    {
        if (exit.Vmpl != Vmpl.Svsm || exit.Request.Info1 > 0xFF)
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        exit.Platform.At(exit.Vcpu).InjectionVector = (byte)exit.Request.Info1;
        return GhcbReply.Done();
    }

    private static GhcbReply DisableAlternateInjection(in ExitContext exit)
    {
        const ulong Defined = 0x00FF_FF03;
        ulong info1 = exit.Request.Info1;
        if (exit.Vmpl != Vmpl.Svsm || (info1 & ~Defined) != 0 || (byte)(info1 >> 16) != Vmpl.Guest || exit.Platform.At(exit.Vcpu).HasDoorbell == 0)
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        HypervisorDelivery.TakeOver(exit.Platform, exit.Machine, exit.Vcpu, (byte)(info1 >> 8));
        return GhcbReply.Done();
    }

    private static GhcbReply SpecificEoi(in ExitContext exit)
    {
        ulong info1 = exit.Request.Info1;
        byte vector = (byte)info1;
        ApicPlane guest = exit.Machine.GuestPlane;
        if (exit.Vmpl != Vmpl.Svsm || info1 >> 8 != (ulong)Vmpl.Guest << 8 || !guest.Apics[exit.Vcpu].Has(ApicRegister.Tmr0, vector))
        {
            return GhcbReply.Refuse(GhcbReply.InvalidInput);
        }

        Acceptance.End(guest, exit.Vcpu, vector);
        return GhcbReply.Done();
    }

    private static GhcbReply TellFeatures(in ExitContext exit) =>
        exit.Request.Info1 == 0 ? GhcbReply.Done((ulong)exit.Platform.Features) : GhcbReply.Refuse(GhcbReply.InvalidInput);

    private static GhcbReply Terminate(in ExitContext exit)
    {
        exit.Platform.Terminate();
        return GhcbReply.Done();
    }

    private readonly record struct ExitRow(HypervisorFeatures NeedsOne, Handler Handle);

    private readonly record struct ExitContext(SnpPlatform Platform, Machine Machine, int Vcpu, byte Vmpl, GhcbRequest Request)
    {
        public AccessOrigin Origin => Vmpl == Confidential.Vmpl.Svsm && Platform.Injection == SnpInjection.Alternate ? AccessOrigin.Svsm : AccessOrigin.Guest;

        public ApicPlane Plane => Machine.PlaneOf(Origin);
    }
}
