using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// The timer that an SVSM with timer support emulates: a local APIC in x2APIC mode of which the guest reaches the timer's registers only. The
/// protocol calls timer support optional and says no more; the registers behave as KVM's.
/// </summary>
internal static class SvsmTimerRegisters
{
    public static bool Has(ApicRegister register) =>
        register is ApicRegister.LvtTimer or ApicRegister.TimerInitial or ApicRegister.TimerCurrent or ApicRegister.TimerDivide;

    public static ulong Value(Machine machine, int vcpu, ApicRegister register) =>
        LocalApic.Peek(LentApic.Plane(machine), vcpu, RegisterCatalogue.Find(register)!);

    public static SvsmReply Write(SnpPlatform platform, Machine machine, int vcpu, ApicRegister register, ulong value)
    {
        ApicResult result = LocalApic.WriteMsr(LentApic.Plane(machine), vcpu, RegisterCatalogue.Find(register)!.Msr, value, AccessOrigin.Guest);
        if (!result.Succeeded)
        {
            return new(SvsmResult.InvalidParameter, result.Rule);
        }

        if (platform.Options.Timer == SvsmTimer.HvTimer && register != ApicRegister.LvtTimer)
        {
            ref LocalApicState apic = ref LentApic.Plane(machine).Apics[vcpu];
            ulong nanoseconds = apic.TimerRuns == 0 ? 0 : apic.TimerTarget - machine.Clock;
            platform.Exit(machine, vcpu, Vmpl.Svsm, new(GhcbExitCode.HvTimer, nanoseconds));
        }

        return SvsmReply.Success(RuleId.SvsmTimerServes);
    }

    /// <summary>The timer has ended: its vector goes to the SVSM's own APIC.</summary>
    public static void Expire(SnpPlatform platform, Machine machine, int vcpu)
    {
        ref LocalApicState timer = ref LentApic.Plane(machine).Apics[vcpu];
        for (int vector = timer.HighestRequested; vector >= 0; vector = timer.HighestRequested)
        {
            timer.Withdraw(vector);
            SvsmDelivery.Accept(platform, machine, vcpu, (byte)vector, RuleId.SvsmTimerServes);
        }

        SvsmEntry.Signal(platform, machine, vcpu);
    }
}
