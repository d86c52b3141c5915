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

    /// <summary>Makes a vCPU's timer ready: its APIC is on, and the entry masked.</summary>
    public static void Prepare(Machine machine, int vcpu)
    {
        const uint SoftwareEnabled = 0x1FF;
        ref LocalApicState apic = ref Plane(machine).Apics[vcpu];
        apic.ApicBase = new ApicBase(apic.ApicBase).WithMode(ApicMode.X2Apic).Value;
        apic[ApicRegister.Svr] = SoftwareEnabled;
    }

    public static ulong Value(Machine machine, int vcpu, ApicRegister register) =>
        LocalApic.Peek(Plane(machine), vcpu, RegisterCatalogue.Find(register)!);

    public static SvsmReply Write(SnpPlatform platform, Machine machine, int vcpu, ApicRegister register, ulong value)
    {
        ApicResult result = LocalApic.WriteMsr(Plane(machine), vcpu, RegisterCatalogue.Find(register)!.Msr, value, AccessOrigin.Guest);
        if (!result.Succeeded)
        {
            return new(SvsmResult.InvalidParameter, result.Rule);
        }

        if (platform.Options.Timer == SvsmTimer.HvTimer && register != ApicRegister.LvtTimer)
        {
            ref LocalApicState apic = ref Plane(machine).Apics[vcpu];
            ulong nanoseconds = apic.TimerRuns == 0 ? 0 : apic.TimerTarget - machine.Clock;
            platform.Exit(machine, vcpu, Vmpl.Svsm, new(GhcbExitCode.HvTimer, nanoseconds));
        }

        return SvsmReply.Success(RuleId.SvsmTimerServes);
    }

    /// <summary>The timer has ended: its vector goes to the SVSM's own APIC.</summary>
    public static void Expire(SnpPlatform platform, Machine machine, int vcpu)
    {
        ref LocalApicState timer = ref Plane(machine).Apics[vcpu];
        for (int vector = timer.HighestRequested; vector >= 0; vector = timer.HighestRequested)
        {
            timer.Withdraw(vector);
            SvsmDelivery.Accept(platform, machine, vcpu, (byte)vector, RuleId.SvsmTimerServes);
        }

        SvsmEntry.Signal(platform, machine, vcpu);
    }

    private static ApicPlane Plane(Machine machine) => machine.PlaneAt(machine.Platform.ApicsPerVcpu - 1);
}
