using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// What an APIC does with a message that is for it, and how a fixed interrupt goes through IRR and ISR
/// (APM vol. 2, 16.6.3 and 16.6.4; SDM vol. 3; KVM lapic.c, __apic_accept_irq).
/// </summary>
internal static class Acceptance
{
    /// <summary>Vectors below this are illegal.</summary>
    public const byte FirstLegalVector = 16;

    /// <summary>Gives a message to an APIC that it addresses.</summary>
    /// <returns>1 when it was accepted, else 0.</returns>
    public static int Give(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        if (message.Mode > DeliveryMode.LowestPriority)
        {
            return GiveOther(plane, vcpu, message);
        }

        RuleId rule = Fixed(plane, vcpu, message);
        if (plane.Machine.Observer is not null)
        {
            Report(plane, vcpu, message, rule);
        }

        if (rule is not (RuleId.InterruptAccepted or RuleId.InterruptMerged))
        {
            return 0;
        }

        plane.Platform?.AfterAcceptance(plane, vcpu);
        return 1;
    }

    // Not inlined: rare, and what a fixed interrupt does is to be compiled as one piece.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int GiveOther(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        RuleId rule = Other(plane, vcpu, message);
        if (plane.Machine.Observer is not null)
        {
            Report(plane, vcpu, message, rule);
        }

        // A start-up IPI or remote read that the vCPU then drops has reached its APIC all the same.
        return rule is RuleId.InterruptAccepted or RuleId.StartupIgnored or RuleId.RemoteReadIgnored ? 1 : 0;
    }

    /// <summary>The requested vector that may be dispatched now, or -1: the highest, where its class is above the processor priority's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Dispatchable(in LocalApicState apic, ModelProfile profile)
    {
        if (!apic.IsEnabled)
        {
            return -1;
        }

        int vector = profile.HasExtendedRegisters ? apic.HighestEnabledRequest() : apic.HighestRequested;
        return vector >> 4 > (int)(apic.ProcessorPriority >> 4) ? vector : -1;
    }

    /// <summary>EOI: the highest vector in service ends.</summary>
    /// <returns>Whether there was one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EndHighest(ApicPlane plane, int vcpu)
    {
        int vector = plane.Apics[vcpu].HighestInService;
        if (vector < 0)
        {
            return false;
        }

        End(plane, vcpu, vector);
        return true;
    }

    /// <summary>A vector in service ends; where it was level-triggered, its source is told.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void End(ApicPlane plane, int vcpu, int vector)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        apic.EndService(vector);
        if (plane.Machine.Observer is not null || apic.Has(ApicRegister.Tmr0, vector))
        {
            TellEnd(plane, vcpu, vector);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TellEnd(ApicPlane plane, int vcpu, int vector)
    {
        plane.Machine.Tell(new(InterruptEventKind.Ended, vcpu, (byte)vector, DeliveryMode.Fixed, RuleId.EoiEndsHighest, Apic: plane.Index));
        if (!plane.Apics[vcpu].Has(ApicRegister.Tmr0, vector))
        {
            return;
        }

        if (!plane.Apics[vcpu].Svr.SuppressesBroadcast)
        {
            plane.Machine.Tell(new(InterruptEventKind.EndBroadcast, vcpu, (byte)vector, DeliveryMode.Fixed, RuleId.EoiBroadcast, Apic: plane.Index));
        }

        LocalVector.EndLevel(plane, vcpu, vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RuleId Fixed(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        (int vector, bool isLevel) = (message.Vector, message.IsLevel);
        if ((!apic.IsSoftwareEnabled || !apic.IsEnabled) && !TakesWhileDisabled(plane, vcpu))
        {
            return RuleId.InterruptRefusedDisabled;
        }

        if (isLevel && !message.IsAsserted)
        {
            return RuleId.InterruptDeassert;
        }

        if (vector < FirstLegalVector && plane.Profile.RefusesIllegalVectors)
        {
            ErrorStatus.Note(plane, vcpu, ErrorStatus.ReceivedIllegalVector);
            return RuleId.IllegalVector;
        }

        apic.SetTrigger(vector, isLevel);
        return apic.Request(vector) ? RuleId.InterruptAccepted : RuleId.InterruptMerged;
    }

    // Not inlined: an APIC is seldom disabled when something comes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TakesWhileDisabled(ApicPlane plane, int vcpu) =>
        plane.Apics[vcpu].IsEnabled && plane.Platform?.TakesWhileDisabled(plane, vcpu) == true;

    private static RuleId Other(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        if (!plane.Apics[vcpu].IsEnabled)
        {
            return RuleId.InterruptRefusedDisabled;
        }

        ref VcpuState state = ref plane.Machine.VcpuAt(vcpu);
        switch (message.Mode)
        {
            case DeliveryMode.Nmi:
                plane.Machine.TakeInNmi(vcpu);
                return RuleId.InterruptAccepted;
            case DeliveryMode.Smi:
                state.PendingSmi = 1;
                return RuleId.InterruptAccepted;
            case DeliveryMode.Init when message.IsLevel && !message.IsAsserted:
                return RuleId.InitDeassert;
            case DeliveryMode.Init:
                plane.Machine.TakeInInit(vcpu);
                return RuleId.InterruptAccepted;
            case DeliveryMode.Startup:
                return plane.Machine.TakeInStartup(vcpu, message.Vector) ? RuleId.InterruptAccepted : RuleId.StartupIgnored;
            case DeliveryMode.ExtInt when !plane.Profile.TakesExtIntMessages || !plane.Apics[vcpu].IsSoftwareEnabled:
                return RuleId.ExtIntIgnored;
            case DeliveryMode.ExtInt:
                (state.PendingExtInt, state.ExtIntVector) = (1, message.Vector);
                return RuleId.InterruptAccepted;
            default:
                return RuleId.RemoteReadIgnored;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(ApicPlane plane, int vcpu, InterruptMessage message, RuleId rule)
    {
        InterruptEventKind kind = rule switch
        {
            RuleId.InterruptAccepted => InterruptEventKind.Accepted,
            RuleId.InterruptMerged => InterruptEventKind.Merged,
            _ => InterruptEventKind.Refused,
        };
        plane.Machine.Tell(new(kind, vcpu, message.Vector, message.Mode, rule, message.Destination, plane.Index));
    }
}
