using System;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// The APIC timer on the machine's clock: one nanosecond a bus cycle, times the divisor; the time-stamp counter counts nanoseconds too
/// (APM vol. 2, 16.4.1; SDM vol. 3; KVM lapic.c, where an input of 1 GHz is the default). What the manuals leave open, changes of the divisor and on AMD of the mode
/// while it runs, follows KVM.
/// </summary>
internal static class ApicTimer
{
    /// <summary>The count now.</summary>
    public static uint CurrentCount(in LocalApicState apic, ulong clock)
    {
        if (apic[ApicRegister.TimerInitial] == 0 || apic.TimerPeriod == 0 || apic.TimerTarget <= clock)
        {
            return 0;
        }

        return (uint)((apic.TimerTarget - clock) / Divisor(apic));
    }

    /// <summary>Stores the timer's LVT entry; a step to or from TSC-deadline mode stops the timer and forgets count and deadline.</summary>
    /// <returns>By which rule: the given one, unless the source leaves open what happens.</returns>
    public static RuleId WriteLvt(ApicPlane plane, int vcpu, uint value, RuleId rule)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        TimerMode before = ModeOf(apic);
        apic[ApicRegister.LvtTimer] = value;
        TimerMode now = new LvtEntry(value).TimerMode;
        if (now != before && plane.Profile.DisarmsTimerByMode)
        {
            return Disarm(plane, vcpu, rule);
        }

        rule = now != before ? RuleOfChange(plane, apic, rule) : rule;
        if ((now == TimerMode.TscDeadline) != (before == TimerMode.TscDeadline))
        {
            Cancel(plane, vcpu);
            apic[ApicRegister.TimerInitial] = 0;
            apic.TimerPeriod = 0;
            apic.TscDeadline = 0;
        }

        if (now != before)
        {
            LimitPeriod(plane, ref apic);
        }

        Deliver(plane, vcpu);
        return rule;
    }

    /// <summary>Another mode disarms Intel's timer. Of the initial count the SDM says nothing: it stays.</summary>
    private static RuleId Disarm(ApicPlane plane, int vcpu, RuleId rule)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        bool armed = apic.TimerRuns != 0;
        Cancel(plane, vcpu);
        (apic.TimerPeriod, apic.TimerTarget, apic.TscDeadline) = (0, 0, 0);
        return armed ? RuleId.TimerModeDisarms : rule;
    }

    public static Answer WriteInitial(ApicPlane plane, int vcpu, uint count, RuleId rule)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        TimerMode mode = ModeOf(apic);
        if (mode == TimerMode.TscDeadline)
        {
            return Answer.Dropped(RuleId.TimerInitialInDeadlineMode);
        }

        Cancel(plane, vcpu);
        apic[ApicRegister.TimerInitial] = count;
        if (mode is TimerMode.OneShot or TimerMode.Periodic)
        {
            apic.TimerPeriod = (ulong)count * Divisor(apic);
            LimitPeriod(plane, ref apic);
            apic.TimerTarget = count == 0 ? 0 : plane.Machine.Clock + apic.TimerPeriod;
            Start(plane, vcpu);
        }

        return Answer.Done(rule);
    }

    /// <summary>Stores the divisor; of a timer that runs the rest is scaled.</summary>
    /// <returns>By which rule: the given one, unless the source leaves open what happens.</returns>
    public static RuleId WriteDivide(ApicPlane plane, int vcpu, uint value, RuleId rule)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        ulong before = Divisor(apic);
        apic[ApicRegister.TimerDivide] = value;
        ulong now = Divisor(apic);
        if (now == before || apic.TimerPeriod == 0)
        {
            return rule;
        }

        rule = RuleOfChange(plane, apic, rule);
        ulong clock = plane.Machine.Clock;
        bool runs = apic.TimerTarget > clock;
        apic.TimerPeriod = apic[ApicRegister.TimerInitial] * now;
        LimitPeriod(plane, ref apic);
        if (runs || plane.Profile.DivideRestartsTimer)
        {
            apic.TimerTarget = clock + (runs ? (apic.TimerTarget - clock) * now / before : 0);
            Stop(plane, vcpu);
            Start(plane, vcpu);
        }

        return rule;
    }

    public static Answer ReadDeadline(in LocalApicState apic, ModelProfile profile, AccessOrigin origin) =>
        !profile.HasTscDeadline ? Answer.Refuse(origin, profile.NoDeadlineRule)
        : TakesDeadline(apic) ? Answer.Read(apic.TscDeadline, RuleId.TscDeadlineRegister)
        : Answer.Read(0, RuleId.TscDeadlineOtherMode);

    public static Answer WriteDeadline(ApicPlane plane, int vcpu, ulong value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (!plane.Profile.HasTscDeadline)
        {
            return Answer.Refuse(origin, plane.Profile.NoDeadlineRule);
        }

        if (!TakesDeadline(apic))
        {
            return Answer.Dropped(RuleId.TscDeadlineOtherMode);
        }

        Cancel(plane, vcpu);
        apic.TscDeadline = value;
        Start(plane, vcpu);
        return Answer.Done(RuleId.TscDeadlineRegister);
    }

    /// <summary>The timer has reached 0: its interrupt, and of a periodic one the next period that ends after a time.</summary>
    /// <param name="plane">The APICs.</param>
    /// <param name="vcpu">Whose timer; it is still in the queue.</param>
    /// <param name="until">Not before it ended. Periods that end by then are over unseen: their interrupts would merge with this one.</param>
    public static void Expire(ApicPlane plane, int vcpu, ulong until)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        Stop(plane, vcpu);
        TimerMode mode = ModeOf(apic);
        if (mode == TimerMode.Periodic && apic.TimerPeriod != 0)
        {
            ulong missed = (until - apic.TimerTarget) / apic.TimerPeriod;
            apic.TimerTarget += (missed + 1) * apic.TimerPeriod;
            Run(plane, vcpu, apic.TimerTarget);
        }

        if (apic.TimerPending != 0)
        {
            return;
        }

        if (plane.Machine.Observer is not null)
        {
            Report(plane, vcpu);
        }

        apic.TimerPending = 1;
        Deliver(plane, vcpu);
    }

    /// <summary>
    /// The interrupt of a timer that has ended. KVM holds it back while the vCPU is paused, the APIC off by APIC_BASE or by software, or the entry masked, and
    /// delivers it afterwards (KVM lapic.c, apic_has_pending_timer; recordings); by the manuals it is lost.
    /// </summary>
    public static void Deliver(ApicPlane plane, int vcpu)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (apic.TimerPending == 0 || IsHeldBack(plane, vcpu))
        {
            return;
        }

        apic.TimerPending = 0;
        if (ModeOf(apic) != TimerMode.Periodic)
        {
            apic.TscDeadline = 0;
        }

        LocalVector.Raise(plane, vcpu, ApicRegister.LvtTimer);
    }

    /// <summary>After a change of mode: it may have reset the timer, or let through what KVM held back.</summary>
    public static void AfterModeChange(ApicPlane plane, int vcpu)
    {
        if (plane.Apics[vcpu].TimerRuns == 0)
        {
            plane.Timers.Remove(vcpu);
        }

        Deliver(plane, vcpu);
    }

    /// <summary>Starts the timer again after the host wrote the page: its current count is what is left, of a periodic timer 0 a whole period.</summary>
    public static void Restart(ApicPlane plane, int vcpu, uint current)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        TimerMode mode = ModeOf(apic);
        Cancel(plane, vcpu);
        if (mode is TimerMode.OneShot or TimerMode.Periodic)
        {
            apic.TimerPeriod = apic[ApicRegister.TimerInitial] * Divisor(apic);
            apic.TimerTarget = 0;
            if (apic.TimerPeriod == 0)
            {
                return;
            }

            LimitPeriod(plane, ref apic);
            ulong left = Math.Min(current * Divisor(apic), apic.TimerPeriod);
            apic.TimerTarget = plane.Machine.Clock + (left == 0 && mode == TimerMode.Periodic ? apic.TimerPeriod : left);
        }

        Start(plane, vcpu);
    }

    /// <summary>Puts a timer whose state was restored back into the queue.</summary>
    public static void Resume(ApicPlane plane, int vcpu)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (apic.TimerRuns != 0)
        {
            plane.Timers.Set(vcpu, End(apic));
        }
    }

    /// <summary>Stops the timer; an interrupt of it that is held back is forgotten.</summary>
    public static void Cancel(ApicPlane plane, int vcpu)
    {
        plane.Apics[vcpu].TimerPending = 0;
        Stop(plane, vcpu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stop(ApicPlane plane, int vcpu)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (apic.TimerRuns != 0)
        {
            apic.TimerRuns = 0;
            plane.Timers.Remove(vcpu);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(ApicPlane plane, int vcpu)
    {
        RuleId rule = IsHeldBack(plane, vcpu) ? RuleId.KvmTimerHeld : RuleId.TimerExpires;
        plane.Machine.Tell(
            new(InterruptEventKind.TimerExpired, vcpu, plane.Apics[vcpu].Lvt(ApicRegister.LvtTimer).Vector, DeliveryMode.Fixed, rule, Apic: plane.Index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsHeldBack(ApicPlane plane, int vcpu)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        bool takes = plane.Machine.VcpuAt(vcpu).Paused == 0 && apic.IsEnabled && apic.IsSoftwareEnabled && !apic.Lvt(ApicRegister.LvtTimer).IsMasked;
        return !takes && plane.Profile.HoldsTimerInterrupt;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run(ApicPlane plane, int vcpu, ulong end)
    {
        plane.Apics[vcpu].TimerRuns = 1;
        plane.Timers.Set(vcpu, end);
    }

    private static RuleId RuleOfChange(ApicPlane plane, in LocalApicState apic, RuleId rule) =>
        apic.TimerRuns != 0 && plane.Profile.LeavesTimerChangesOpen ? RuleId.TimerChangedWhileCounting : rule;

    private static bool TakesDeadline(in LocalApicState apic) => apic.IsEnabled && ModeOf(apic) == TimerMode.TscDeadline;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TimerMode ModeOf(in LocalApicState apic) => apic.Lvt(ApicRegister.LvtTimer).TimerMode;

    /// <summary>When the timer ends; 0 when it was stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong End(in LocalApicState apic) =>
        ModeOf(apic) == TimerMode.TscDeadline ? apic.TscDeadline : apic.TimerTarget;

    private static void Start(ApicPlane plane, int vcpu)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        TimerMode mode = ModeOf(apic);
        if (mode == TimerMode.Reserved || (mode != TimerMode.Periodic && apic.TimerPending != 0))
        {
            return;
        }

        ulong end = End(apic);
        if (end > plane.Machine.Clock)
        {
            Run(plane, vcpu, end);
        }
        else if (end != 0)
        {
            Expire(plane, vcpu, plane.Machine.Clock);
        }
    }

    /// <summary>KVM lets no periodic timer be shorter than its module parameter min_timer_period_us, 200 µs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LimitPeriod(ApicPlane plane, ref LocalApicState apic)
    {
        if (apic.TimerPeriod != 0 && ModeOf(apic) == TimerMode.Periodic)
        {
            apic.TimerPeriod = Math.Max(apic.TimerPeriod, plane.Profile.MinimumPeriod);
        }
    }

    /// <summary>Bits 3, 1 and 0 of the divide register: 2, 4, 8, 16, 32, 64, 128, 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Divisor(in LocalApicState apic)
    {
        uint divide = apic[ApicRegister.TimerDivide];
        return 1UL << (int)((((divide & 3) | ((divide & 8) >> 1)) + 1) & 7);
    }
}
