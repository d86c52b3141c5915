using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>What a guest under Alternate Injection does with the events that its SVSM gives it: EVENT_INJ, and what V_INTR holds (APM vol. 2, 15.36.15).</summary>
internal static class GuestEvents
{
    /// <summary>The guest takes its next event.</summary>
    public static TakenInterrupt Take(SnpVcpu cpu)
    {
        SvsmEntry.EnterIfLeft(cpu);
        bool isInjected = cpu.State.Vmsa.EventInjection.IsValid;
        EventInjection taken = Begin(cpu);
        RuleId rule = isInjected ? SnpRule.SvsmInjected : SnpRule.SvsmQueued;
        return taken.IsExternal ? cpu.Machine.Taken(cpu.Index, new(TakenKind.Fixed, taken.Vector), DeliveryMode.Fixed, rule)
            : !taken.IsValid ? default
            : taken.Type == InjectedEventType.Nmi ? cpu.Machine.Taken(cpu.Index, new(TakenKind.Nmi, 2), DeliveryMode.Nmi, rule)
            : new(TakenKind.Exception, taken.Vector);
    }

    /// <summary>The guest begins to take its next event, and an intercept hits: the SVSM gives it again.</summary>
    /// <returns>What it was taking, if anything.</returns>
    public static EventInjection Intercept(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        if (!state.Vmsa.IsAlternateInjection || state.InSvsm != 0)
        {
            return default;
        }

        EventInjection taking = Begin(cpu);
        SvsmEntry.Exit(cpu, taking);
        SvsmEntry.Enter(cpu);
        return taking;
    }

    /// <summary>The vector that the guest could take now if its interrupt flag allowed it, or -1.</summary>
    public static int Dispatchable(in Vmsa vmsa) =>
        vmsa.EventInjection.IsExternal ? vmsa.EventInjection.Vector
        : vmsa.InterruptControl.MayBeTaken ? vmsa.InterruptControl.Vector
        : -1;

    /// <summary>The guest clears no_eoi_required instead of writing EOI, where it may.</summary>
    public static bool TryLeaveOutEoi(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        if (!state.Vmsa.IsAlternateInjection || state.CallingArea.NoEoiRequired == 0)
        {
            return false;
        }

        // The byte is about the vector in EVENT_INJ, which a guest takes before it can look: this EOI is for one before it, and has to be written.
        if (state.Vmsa.EventInjection.IsExternal)
        {
            return false;
        }

        state.CallingArea.NoEoiRequired = 0;
        cpu.Tell(new Hop(SnpHop.LazyEoi, Vmpl.Guest));
        return true;
    }

    /// <summary>What the processor does when it begins to take the guest's next event: EVENT_INJ, else what V_INTR holds and may be taken.</summary>
    private static EventInjection Begin(SnpVcpu cpu)
    {
        ref Vmsa vmsa = ref cpu.State.Vmsa;
        EventInjection next = vmsa.EventInjection;
        if (next.IsValid)
        {
            vmsa.EventInjection = default;
            return next;
        }

        VirtualInterruptControl control = vmsa.InterruptControl;
        if (cpu.Cpu.InterruptFlag == 0 || !control.MayBeTaken)
        {
            return default;
        }

        vmsa.InterruptControl = control.With(VirtualInterruptControl.RequestBit, false);
        return new(InjectedEventType.External, control.Vector);
    }
}
