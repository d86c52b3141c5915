using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// How the SVSM gives a guest its interrupts: through EVENT_INJ and V_INTR of the VMSA, one vector at a time, taken back at the next look when
/// the guest did not take it (coconut-svsm cpu/apic.rs, present_interrupts and what it calls).
/// </summary>
internal static class SvsmDelivery
{
    /// <summary>A vector comes into the SVSM's IRR.</summary>
    /// <returns>By which rule.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RuleId Accept(SnpVcpu cpu, byte vector, RuleId rule, bool fromHostLevel = false)
    {
        ref SvsmApicState apic = ref cpu.State.Svsm;
        if (vector < Acceptance.FirstLegalVector && !cpu.Has(SvsmBehavior.TakesIllegalVectors))
        {
            cpu.Tell(InterruptEventKind.Refused, vector, DeliveryMode.Fixed, SnpRule.SvsmIllegalVector);
            return SnpRule.SvsmIllegalVector;
        }

        bool isNew = apic.Request(vector);
        if (fromHostLevel)
        {
            apic.SetLevel(vector, true);
            apic.SetHostLevel(vector, true);
        }

        cpu.Tell(isNew ? InterruptEventKind.Accepted : InterruptEventKind.Merged, vector, DeliveryMode.Fixed, rule);
        return rule;
    }

    /// <summary>Looks at all that may have come, and gives the guest what it may take: done each time the guest is entered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Present(SnpVcpu cpu, ref SnpVcpuState state)
    {
        if (state.Doorbell.VmplEvents != 0)
        {
            SvsmHost.Consume(cpu);
        }

        if (state.Svsm.HasPosted)
        {
            state.Svsm.TakeInPosted();
        }

        if (state.Svsm.UpdateRequired != 0)
        {
            PresentAnew(cpu, ref state);
        }
    }

    /// <summary>
    /// Finds out what became of what was given to the guest: what it has not taken goes back, and what it ended without an EOI ends.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Settle(SnpVcpu cpu, ref SnpVcpuState state)
    {
        if (!state.Svsm.HasOpen)
        {
            return;
        }

        // Usually the guest took at once what was injected, and writes its EOI or has not come to it.
        Presentation presented = state.Svsm.Presented;
        bool mayWait = presented == Presentation.Queued || (presented == Presentation.Injected && state.Vmsa.EventInjection.IsExternal);
        if (mayWait || HasEndedLazily(state))
        {
            Rewind(cpu, ref state);
        }
        else
        {
            state.Svsm.Presented = Presentation.None;
        }
    }

    /// <summary>Takes back the vector that was given to the guest and not taken, and ends the one whose EOI the guest left out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Rewind(SnpVcpu cpu, ref SnpVcpuState state)
    {
        int vector = Rewind(ref state);
        if (vector >= 0)
        {
            cpu.Tell(InterruptEventKind.Rewound, (byte)vector, DeliveryMode.Fixed, SnpRule.SvsmRewound);
        }

        if (HasEndedLazily(state))
        {
            End(cpu, ref state, SnpRule.SvsmLazyEoi);
        }
    }

    /// <summary>What <see cref="Rewind(SnpVcpu, ref SnpVcpuState)"/> would leave of a vCPU: a copy, of which nobody is told.</summary>
    public static SnpVcpuState Settled(SnpVcpuState state)
    {
        Rewind(ref state);
        if (HasEndedLazily(state) && state.Svsm.ServiceCount != 0)
        {
            state.Svsm.EndService();
        }

        return state;
    }

    /// <summary>EOI: the newest vector in service ends; of one that the host sent level-triggered, the host is told.</summary>
    public static void End(SnpVcpu cpu, ref SnpVcpuState state, RuleId rule)
    {
        ref SvsmApicState apic = ref state.Svsm;
        if (apic.ServiceCount == 0)
        {
            return;
        }

        byte vector = apic.EndService();
        cpu.Tell(InterruptEventKind.Ended, vector, DeliveryMode.Fixed, rule);
        if (apic.IsLevel(vector))
        {
            EndLevel(cpu, ref apic, vector);
        }

        apic.LazyEoi = 0;
        apic.UpdateRequired = 1;
    }

    // Not inlined, as all below that is rare: what a call for a register usually does is to be compiled as one piece.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EndLevel(SnpVcpu cpu, ref SvsmApicState apic, byte vector)
    {
        if (apic.IsHostLevel(vector))
        {
            // What the host answers does not matter: there is nothing the SVSM could do.
            cpu.ExitOfSvsm(GhcbExitCode.SpecificEoi, ((ulong)Vmpl.Guest << 16) | vector);
            apic.SetHostLevel(vector, false);
        }

        apic.SetLevel(vector, false);
    }

    /// <summary>An intercept hit: what the guest was taking is injected again (coconut-svsm cpu/percpu.rs, ai_handle_intercepts).</summary>
    public static void AfterIntercept(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        EventInjection info = state.Vmsa.ExitInterrupt;
        if (cpu.Has(SvsmBehavior.InterceptNeedsRegistration) && cpu.Platform.Registrations == 0)
        {
            return;
        }

        // RIP of an INT n still points at it: it will run again by itself.
        if (info.IsValid && (info.Type != InjectedEventType.Software || cpu.Has(SvsmBehavior.SoftwareInterruptInjectedAgain)))
        {
            state.Vmsa.EventInjection = info;

            // Only what the SVSM itself gave the guest is in service, and can be taken back from there.
            bool isOurs = info.IsExternal && state.Svsm.HighestService == info.Vector;
            if (isOurs && !cpu.Has(SvsmBehavior.InterceptedNotHandedOff))
            {
                state.Svsm.Presented = Presentation.Injected;
            }
        }

        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.With(VirtualInterruptControl.BusyBit, false);
    }

    private static void PresentAnew(SnpVcpu cpu, ref SnpVcpuState state)
    {
        ref SvsmApicState apic = ref state.Svsm;
        Settle(cpu, ref state);
        apic.UpdateRequired = 0;
        if (apic.Nmi != 0)
        {
            PresentNmi(cpu, ref state);
        }

        // An EOI may be left out only where that is found out below.
        apic.LazyEoi = state.CallingArea.NoEoiRequired = 0;
        int vector = apic.HighestRequest;
        if (vector >> 4 > apic.ServiceClass && state.ApicOff == 0)
        {
            apic.Withdraw(vector);
            Give(cpu, ref state, (byte)vector);
        }
    }

    /// <summary>Gives the guest a vector whose class is above that of what is in service: at once where it may be taken at once, else when it may.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Give(SnpVcpu cpu, ref SnpVcpuState state, byte vector)
    {
        ref SvsmApicState apic = ref state.Svsm;

        // A vector that the task priority holds back is queued all the same: it is to be taken as soon as the guest lowers it.
        bool ambiguous = apic.ServiceCount != 0;
        bool immediate = MayInject(state, cpu.Cpu.InterruptFlag != 0, vector);
        if (immediate)
        {
            state.Vmsa.EventInjection = new(InjectedEventType.External, vector);
            apic.Presented = Presentation.Injected;
        }
        else
        {
            state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.Queue(vector);
            apic.Presented = Presentation.Queued;
        }

        apic.StartService(vector);
        cpu.Tell(
            immediate ? InterruptEventKind.Injected : InterruptEventKind.Queued,
            vector,
            DeliveryMode.Fixed,
            immediate ? SnpRule.SvsmInjected : SnpRule.SvsmQueued);

        // With another vector in service below a queued one nobody could tell whose EOI was left out; a level-triggered one has to be told to
        // its source; and one that waits behind it can only be given by an exit.
        if ((immediate || !ambiguous) && !apic.IsLevel(vector) && apic.HighestRequest < 0)
        {
            apic.LazyEoi = state.CallingArea.NoEoiRequired = 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayInject(in SnpVcpuState state, bool interruptsEnabled, int vector) =>
        interruptsEnabled
        && !state.Vmsa.InterruptControl.InterruptShadow
        && vector >> 4 > state.Vmsa.InterruptControl.TaskPriority
        && !state.Vmsa.EventInjection.IsValid;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PresentNmi(SnpVcpu cpu, ref SnpVcpuState state)
    {
        if (state.Vmsa.EventInjection.IsValid && !cpu.Has(SvsmBehavior.NmiReplacesEvent))
        {
            // It waits for the next entry; the event before it is taken at this one.
            state.Svsm.UpdateRequired = 1;
            return;
        }

        state.Vmsa.EventInjection = new(InjectedEventType.Nmi, 2);
        state.Svsm.Nmi = 0;
        cpu.Tell(InterruptEventKind.Injected, 2, DeliveryMode.Nmi, SnpRule.SvsmInjected);
    }

    /// <summary>Takes back what the guest has not taken.</summary>
    /// <returns>The vector, or -1 for none.</returns>
    private static int Rewind(ref SnpVcpuState state)
    {
        if (state.Svsm.Presented == Presentation.None)
        {
            return -1;
        }

        int vector = -1;
        if (TakeBack(ref state))
        {
            vector = state.Svsm.Rewind();
            state.Svsm.LazyEoi = 0;
        }

        state.Svsm.Presented = Presentation.None;
        return vector;
    }

    /// <summary>Whether the guest has left out the EOI that it could leave out.</summary>
    private static bool HasEndedLazily(in SnpVcpuState state) => state.Svsm.LazyEoi != 0 && state.CallingArea.NoEoiRequired == 0;

    private static bool TakeBack(ref SnpVcpuState state)
    {
        if (state.Svsm.Presented == Presentation.Injected)
        {
            bool waits = state.Vmsa.EventInjection.IsExternal;
            state.Vmsa.EventInjection = waits ? default : state.Vmsa.EventInjection;
            return waits;
        }

        bool queued = state.Vmsa.InterruptControl.HasRequest;
        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.With(VirtualInterruptControl.RequestBit, false);
        return queued;
    }
}
