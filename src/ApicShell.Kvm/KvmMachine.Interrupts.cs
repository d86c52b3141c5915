using System;
using System.Diagnostics;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Interop;
using ApicShell.Kvm.Machines;
using ApicShell.Kvm.Threads;

namespace ApicShell.Kvm;

/// <content>What vCPUs take, INIT and start-up, and time.</content>
public sealed partial class KvmMachine
{
    /// <summary>The longest step of the clock, in nanoseconds: an hour.</summary>
    public const ulong MaxClockStep = 3_600_000_000_000;

    private const int ResetCodeSegment = 0xF000;
    private const ulong ProtectionEnabled = 1;

    // How often a halted vCPU is looked at.
    private static readonly TimeSpan s_haltStep = TimeSpan.FromMilliseconds(1);

    private static Answer Nothing => new(Outcome.Dropped, RuleId.None, 0, Responder.Kvm, Route.HostApi);

    private bool IsEnded => _isStopped || _isDisposed;

    /// <summary>
    /// Whether it is known, without asking the kernel, that a vCPU has nothing to take. With interrupts off it is entered all the same where something was
    /// sent or set since: KVM then works the processor priority out anew, which the host sees.
    /// </summary>
    private bool HasNothingToTake(in MachineCommand command)
    {
        if (command.Kind != CommandKind.Take)
        {
            return false;
        }

        VcpuSlot slot = _vcpus[command.Vcpu];
        return slot.IsWaiting
            || (slot.Held.Kind == TakenKind.None && !slot.HasTimer && !slot.MayHaveNmi && !slot.IsChangedByHost
                && (slot.InterruptFlag ? slot.QuietAt == _disturbances : slot.EnteredAt == _sends));
    }

    /// <summary>One event that the vCPU may take; it is taken out of the kernel, and nobody handles it.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="isAsked">Whether its APIC is asked whatever the interrupt flag says, and NMIs wait on.</param>
    /// <param name="signals">The thread's.</param>
    private Answer TakeNext(int vcpu, bool isAsked, ThreadSignals signals)
    {
        VcpuSlot slot = _vcpus[vcpu];
        if (slot.IsWaiting)
        {
            return Nothing;
        }

        TakenInterrupt taken = slot.Held;
        slot.Held = default;
        if (taken.Kind == TakenKind.None)
        {
            taken = isAsked ? Acknowledge(slot, signals) : LookForEvent(slot, slot.InterruptFlag, signals);
        }

        if (taken.Kind == TakenKind.None)
        {
            slot.QuietAt = isAsked ? -1 : _disturbances;
            return Nothing;
        }

        _events.Add(new(
            InterruptEventKind.Taken,
            vcpu,
            taken.Vector,
            taken.Kind == TakenKind.Nmi ? DeliveryMode.Nmi : DeliveryMode.Fixed,
            RuleId.InterruptTaken));
        return new(Outcome.Value, RuleId.InterruptTaken, taken.Bits, Responder.Kvm, Route.HostApi);
    }

    private TakenInterrupt Acknowledge(VcpuSlot slot, ThreadSignals signals)
    {
        if (!slot.MayHaveNmi)
        {
            return LookForEvent(slot, interrupts: true, signals);
        }

        int heldNmis = HoldNmis(slot.Vcpu);
        TakenInterrupt taken = LookForEvent(slot, interrupts: true, signals);
        slot.MayHaveNmi = ReleaseNmis(slot.Vcpu, heldNmis) > 0 || _timersMaySendAnything;
        return taken;
    }

    private TakenInterrupt LookForEvent(VcpuSlot slot, bool interrupts, ThreadSignals signals)
    {
        // A timer that ended requests its vector at the end of an entry: only the next can find it.
        for (int entries = interrupts && slot.HasTimer ? 2 : 1; entries > 0; entries--)
        {
            slot.Vcpu.EnterKicked(interrupts, signals);
            TakenInterrupt taken = Withdraw(slot.Vcpu);
            if (taken.Kind != TakenKind.None)
            {
                return taken;
            }
        }

        slot.IsChangedByHost = false;
        slot.EnteredAt = _sends;
        slot.MayHaveNmi &= slot.Vcpu.Events.NmiPending > 0 || _timersMaySendAnything;
        TellIoApicEois(slot);
        return default;
    }

    /// <summary>Takes what is on its way into the vCPU. No line of the 8259 is ever driven, so an interrupt is the APIC's.</summary>
    private static TakenInterrupt Withdraw(Vcpu vcpu)
    {
        ref VcpuEvents events = ref vcpu.Events;
        TakenInterrupt taken = events.InterruptInjected != 0 ? new(TakenKind.Fixed, events.InterruptVector)
            : events.NmiInjected != 0 ? new(TakenKind.Nmi, 2)
            : default;
        if (taken.Kind != TakenKind.None)
        {
            vcpu.Withdraw();
        }

        return taken;
    }

    private void TellIoApicEois(VcpuSlot slot)
    {
        foreach (byte vector in slot.Vcpu.Report.IoApicEois)
        {
            _events.Add(new(InterruptEventKind.EndBroadcast, _vcpus.IndexOf(slot), vector, DeliveryMode.Fixed, RuleId.EoiBroadcast));
        }

        slot.Vcpu.Report.IoApicEois.Clear();
    }

    /// <summary>Notices INIT and start-up, by what the kernel made of the vCPUs, and has those that run come back to where their routines can.</summary>
    private void TellStarts()
    {
        for (int vcpu = 0; vcpu < _vcpus.Count; vcpu++)
        {
            VcpuSlot slot = _vcpus[vcpu];
            bool waited = slot.IsWaiting;
            slot.State = slot.Vcpu.GetMpState();
            if (slot.IsWaiting)
            {
                if (!waited)
                {
                    TellInit(vcpu);
                }

                continue;
            }

            SystemRegisters system = slot.Vcpu.GetSystemRegisters();
            if (!waited && (system.Cr0 & ProtectionEnabled) != 0)
            {
                continue;
            }

            if (!waited)
            {
                TellInit(vcpu);
            }

            if (waited || system.Cs.Selector != ResetCodeSegment)
            {
                slot.StartupVector = (byte)(system.Cs.Selector >> 8);
                _events.Add(new(InterruptEventKind.Accepted, vcpu, slot.StartupVector, DeliveryMode.Startup, RuleId.KernelAnswered));
            }

            slot.InterruptFlag = false;
            slot.Vcpu.EnterLongMode();
        }
    }

    private void TellInit(int vcpu)
    {
        VcpuSlot slot = _vcpus[vcpu];
        (slot.InterruptFlag, slot.StartupVector, slot.Held) = (false, 0, default);
        _events.Add(new(InterruptEventKind.Accepted, vcpu, 0, DeliveryMode.Init, RuleId.KernelAnswered));
    }

    /// <summary>STI and HLT: the vCPU is halted, and the kernel says whether something wakes it. What it takes then waits to be told.</summary>
    private Answer Halt(int vcpu, ulong nanoseconds, ThreadSignals signals)
    {
        VcpuSlot slot = _vcpus[vcpu];
        if (slot.IsWaiting || nanoseconds > MaxClockStep)
        {
            return s_refused;
        }

        slot.InterruptFlag = true;
        bool isWoken = slot.Held.Kind != TakenKind.None || SleepUntilWoken(slot, TimeSpan.FromTicks((long)nanoseconds / 100), signals);
        return new(Outcome.Value, RuleId.KernelAnswered, isWoken ? 1UL : 0, Responder.Kvm, Route.HostApi);
    }

    private bool SleepUntilWoken(VcpuSlot slot, TimeSpan longest, ThreadSignals signals)
    {
        long begin = Stopwatch.GetTimestamp();
        slot.Vcpu.SetMpState(MpState.Halted);
        while (true)
        {
            slot.Vcpu.EnterKicked(interrupts: true, signals);
            slot.Held = Withdraw(slot.Vcpu);
            if (slot.Vcpu.GetMpState() != MpState.Halted)
            {
                return true;
            }

            TimeSpan left = longest - Stopwatch.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero || IsEnded)
            {
                slot.Vcpu.SetMpState(MpState.Runnable);
                return false;
            }

            Sleep(left < s_haltStep ? left : s_haltStep, signals);
        }
    }

    /// <summary>The host waits while timers run; the answer's value says how long it was.</summary>
    private Answer StepClock(ulong nanoseconds, ThreadSignals signals)
    {
        if (nanoseconds > MaxClockStep)
        {
            return s_refused;
        }

        long begin = Stopwatch.GetTimestamp();
        var time = TimeSpan.FromTicks((long)(nanoseconds + 99) / 100);
        while (!IsEnded && time - Stopwatch.GetElapsedTime(begin) is { Ticks: > 0 } left)
        {
            Sleep(left, signals);
        }

        return HostDone((ulong)Stopwatch.GetElapsedTime(begin).Ticks * 100);
    }

    private static void Sleep(TimeSpan time, ThreadSignals signals)
    {
        signals.Lower();
        ThreadSignals.Wait(time.Ticks * 100);
    }
}
