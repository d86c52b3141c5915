using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// The timer's registers while the virtual clock stands still: what is armed stays armed, and the count is where it started
/// (APM vol. 2, 16.4.1; SDM vol. 3; KVM lapic.c).
/// </summary>
internal static class ApicTimer
{
    private const uint ModeMask = 3u << 17;
    private const uint TscDeadlineMode = 2u << 17;

    public static bool IsTscDeadline(in LocalApicState apic) => (apic[ApicRegister.LvtTimer] & ModeMask) == TscDeadlineMode;

    public static uint CurrentCount(in LocalApicState apic) => IsTscDeadline(apic) ? 0 : apic[ApicRegister.TimerInitial];

    /// <summary>Stores the timer's LVT entry; a step to or from TSC-deadline mode stops the timer and forgets count and deadline.</summary>
    public static void WriteLvt(ref LocalApicState apic, uint value)
    {
        bool before = IsTscDeadline(apic);
        apic[ApicRegister.LvtTimer] = value;
        if (IsTscDeadline(apic) != before)
        {
            apic[ApicRegister.TimerInitial] = 0;
            apic.TscDeadline = 0;
        }
    }

    public static ApicResult WriteInitial(ref LocalApicState apic, uint count, RuleId rule)
    {
        if (IsTscDeadline(apic))
        {
            return ApicResult.Dropped(RuleId.TimerInitialInDeadlineMode);
        }

        apic[ApicRegister.TimerInitial] = count;
        return ApicResult.Done(rule);
    }

    public static ApicResult AccessDeadline(ref LocalApicState apic, ModelProfile profile, in Access access)
    {
        if (!profile.HasTscDeadline)
        {
            return ApicResult.Refuse(access.Origin, RuleId.TscDeadlineAbsent);
        }

        bool armed = IsTscDeadline(apic) && (apic.Mode & ApicMode.XApic) != 0;
        if (!access.IsWrite)
        {
            return ApicResult.Read(armed ? apic.TscDeadline : 0, armed ? RuleId.TscDeadlineRegister : RuleId.TscDeadlineOtherMode);
        }

        if (!armed)
        {
            return ApicResult.Dropped(RuleId.TscDeadlineOtherMode);
        }

        apic.TscDeadline = access.Value;
        return ApicResult.Done(RuleId.TscDeadlineRegister);
    }
}
