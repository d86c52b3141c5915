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

    public static ulong Value(SnpVcpu cpu, ApicRegister register) =>
        LocalApic.Peek(cpu.LentPlane, cpu.Index, RegisterCatalogue.Find(register)!);

    public static Answer Write(SnpVcpu cpu, ApicRegister register, ulong value)
    {
        Answer result = LocalApic.WriteMsr(cpu.LentPlane, cpu.Index, RegisterCatalogue.Find(register)!.Msr, value, AccessOrigin.Guest);
        if (!result.Succeeded)
        {
            return SnpAnswer.Failed(SvsmResult.InvalidParameter, result.Rule);
        }

        if (cpu.Platform.Options.Timer == SvsmTimer.HvTimer && register != ApicRegister.LvtTimer)
        {
            ref LocalApicState apic = ref cpu.LentApic;
            ulong nanoseconds = apic.TimerRuns == 0 ? 0 : apic.TimerTarget - cpu.Machine.Clock;
            cpu.ExitOfSvsm(GhcbExitCode.HvTimer, nanoseconds);
        }

        return SnpAnswer.Served(SnpRule.SvsmTimerServes);
    }

    /// <summary>The timer has ended: its vector goes to the SVSM's own APIC.</summary>
    public static void Expire(SnpVcpu cpu)
    {
        ref LocalApicState timer = ref cpu.LentApic;
        for (int vector = timer.HighestRequested; vector >= 0; vector = timer.HighestRequested)
        {
            timer.Withdraw(vector);
            SvsmDelivery.Accept(cpu, (byte)vector, SnpRule.SvsmTimerServes);
        }

        SvsmEntry.Signal(cpu);
    }
}
