using System;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Guest;
using ApicShell.Kvm.Interop;
using ApicShell.Kvm.Machines;
using ApicShell.Kvm.Threads;

namespace ApicShell.Kvm;

/// <content>What a guest does: one instruction, which nothing interrupts.</content>
public sealed partial class KvmMachine
{
    private Answer GuestAccess(VcpuSlot slot, in Access access, ThreadSignals signals)
    {
        NoteTimer(slot, access);
        Routine routine = RoutineOf(access);
        Vcpu vcpu = slot.Vcpu;
        ulong physical = access.Kind == AccessKind.Mmio ? (vcpu.ApicBase & Architecture.ApicBase.AddressMask) + access.Address : 0;
        if (slot.IsWaiting || routine == Routine.Nothing || GuestMemory.Holds(physical, access.Size))
        {
            return s_refused;
        }

        bool mayInitialize = access.IsWrite && access.Register == ApicRegister.Icr
            && InterruptMessage.OfIcr((uint)access.Value, 0).Mode == DeliveryMode.Init;
        int heldNmis = BeginGuest(slot, signals);
        ulong address = access.Kind == AccessKind.Mmio ? vcpu.Show(physical, signals) : 0;
        ref Registers registers = ref vcpu.Registers;
        (registers.Rbx, registers.Rcx) = (address, access.Address);
        (registers.Rax, registers.Rdx) = access.Kind == AccessKind.Msr ? ((uint)access.Value, access.Value >> 32) : (access.Value, 0UL);
        GuestEnd end = mayInitialize ? EnterInHurry(vcpu, routine, signals) : vcpu.Enter(routine, signals);
        EndGuest(slot, heldNmis, end);
        return AnswerOf(vcpu, access, end);
    }

    private Answer SetCr8(VcpuSlot slot, ulong value, ThreadSignals signals)
    {
        if (slot.IsWaiting)
        {
            return s_refused;
        }

        int heldNmis = BeginGuest(slot, signals);
        slot.Vcpu.Registers.Rax = value;
        GuestEnd end = slot.Vcpu.Enter(Routine.WriteCr8, signals);
        EndGuest(slot, heldNmis, end);
        return AnswerOf(slot.Vcpu, Access.WriteMsr(0, 0), end);
    }

    /// <summary>A vCPU that sends itself to wait for a start-up stays in the kernel until a signal comes: a soon one.</summary>
    private static GuestEnd EnterInHurry(Vcpu vcpu, Routine routine, ThreadSignals signals)
    {
        signals.SetHurry(true);
        try
        {
            return vcpu.Enter(routine, signals);
        }
        finally
        {
            signals.SetHurry(false);
        }
    }

    /// <summary>
    /// Before a guest's instruction: NMIs that wait are held back, and a timer that has ended is let request its vector, for which KVM needs an entry.
    /// </summary>
    /// <returns>How many NMIs are held back.</returns>
    private static int BeginGuest(VcpuSlot slot, ThreadSignals signals)
    {
        int held = slot.MayHaveNmi ? HoldNmis(slot.Vcpu) : 0;
        if (slot.HasTimer)
        {
            slot.Vcpu.EnterKicked(interrupts: false, signals);
        }

        return held;
    }

    private void EndGuest(VcpuSlot slot, int heldNmis, GuestEnd end)
    {
        slot.IsChangedByHost = false;
        slot.EnteredAt = _sends;
        if (slot.MayHaveNmi)
        {
            // INIT has forgotten those that waited.
            slot.MayHaveNmi = ReleaseNmis(slot.Vcpu, end == GuestEnd.Reset ? 0 : heldNmis) > 0 || _timersMaySendAnything;
        }

        TellIoApicEois(slot);
        LastMmioExits = slot.Vcpu.Report.MmioExits;
    }

    /// <summary>Takes the NMIs that wait out of the kernel, and keeps others from being taken.</summary>
    private static int HoldNmis(Vcpu vcpu)
    {
        VcpuEvents events = vcpu.GetEvents();
        int held = events.NmiPending;
        (events.NmiPending, events.NmiMasked, events.Flags) = (0, 1, VcpuEvents.ValidNmiPending);
        vcpu.SetEvents(events);
        return held;
    }

    /// <summary>Gives them back, with those that came meanwhile.</summary>
    /// <returns>How many wait now.</returns>
    private static int ReleaseNmis(Vcpu vcpu, int held)
    {
        VcpuEvents events = vcpu.GetEvents();
        int waiting = Math.Min(held + events.NmiPending, VcpuState.MaxPendingNmi);
        (events.NmiPending, events.NmiMasked, events.Flags) = ((byte)waiting, 0, VcpuEvents.ValidNmiPending);
        vcpu.SetEvents(events);
        return waiting;
    }

    private static Routine RoutineOf(in Access access)
    {
        if (access.Kind == AccessKind.Msr)
        {
            return access.IsWrite ? Routine.WriteMsr : Routine.ReadMsr;
        }

        Routine load = access.Size switch
        {
            1 => Routine.Load1,
            2 => Routine.Load2,
            4 => Routine.Load4,
            8 => Routine.Load8,
            _ => Routine.Nothing,
        };
        return access.IsWrite && load != Routine.Nothing ? load - Routine.Load1 + Routine.Store1 : load;
    }

    private static Answer AnswerOf(Vcpu vcpu, in Access access, GuestEnd end)
    {
        Route route = access.Kind == AccessKind.Msr ? Route.Msr : Route.Mmio;
        GuestReport report = vcpu.Report;
        if (end == GuestEnd.Exception)
        {
            return new(Outcome.Fault, RuleId.KernelAnswered, 0, Responder.Kvm, route, report.Fault);
        }

        bool hasLeft = report.MmioExits.Count > 0;
        (RuleId rule, Responder responder) = hasLeft ? (RuleId.KvmMmioExit, Responder.Nobody) : (RuleId.KernelAnswered, Responder.Kvm);
        if (access.IsWrite)
        {
            return new(hasLeft ? Outcome.Dropped : Outcome.Done, rule, 0, responder, route);
        }

        ref Registers registers = ref vcpu.Registers;
        ulong value = access.Kind == AccessKind.Msr
            ? (uint)registers.Rax | (registers.Rdx << 32)
            : registers.Rax & (ulong.MaxValue >> (64 - (8 * access.Size)));
        return new(hasLeft ? Outcome.Unclaimed : Outcome.Value, rule, value, responder, route);
    }
}
