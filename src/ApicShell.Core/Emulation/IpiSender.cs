using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What a write of the ICR or of SELF_IPI sends (APM vol. 2, 16.5; SDM vol. 3; KVM lapic.c, kvm_apic_send_ipi).</summary>
internal static class IpiSender
{
    /// <summary>Sends the IPI of an ICR value.</summary>
    /// <param name="plane">The APICs it can reach.</param>
    /// <param name="vcpu">The sender.</param>
    /// <param name="low">Bits 31:0 of the ICR.</param>
    /// <param name="destination">The destination field: 8 bits in xAPIC mode, 32 in x2APIC mode.</param>
    public static Answer Send(ApicPlane plane, int vcpu, uint low, uint destination) =>
        Answer.Done(Send(plane, vcpu, InterruptMessage.OfIcr(low, destination)));

    /// <summary>A fixed IPI to the sender itself.</summary>
    public static Answer SendSelf(ApicPlane plane, int vcpu, byte vector) =>
        Answer.Done(Send(plane, vcpu, new(0, vector, shorthand: DestinationShorthand.Self, isAsserted: false)));

    // Inlined, so that what is known of a message where it is made is known here; what the manuals say of it is out of KVM's way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RuleId Send(ApicPlane plane, int vcpu, InterruptMessage message) =>
        plane.Profile.HasErrorStatus ? SendByManual(plane, vcpu, message) : SendOut(plane, vcpu, message);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RuleId SendByManual(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        RuleId refused = Check(plane, vcpu, message);
        if (refused != RuleId.None)
        {
            return refused;
        }

        bool illegal = message.Mode <= DeliveryMode.LowestPriority && message.Vector < Acceptance.FirstLegalVector;
        if (illegal)
        {
            ErrorStatus.Note(plane, vcpu, ErrorStatus.SentIllegalVector);
        }

        if (message.Mode == DeliveryMode.RemoteRead && plane.Profile.HasRemoteRead)
        {
            Report(plane, vcpu, message);
            return RemoteRead(plane, vcpu, message);
        }

        bool changed = plane.Profile.IssuesEdgeOnly && message.IsLevel;
        RuleId rule = SendOut(plane, vcpu, plane.Profile.IssuesEdgeOnly ? message.AsEdge() : message);
        return illegal ? RuleId.IllegalVector : changed && rule == RuleId.IpiAccepted ? RuleId.IcrIssuedAsEdge : rule;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RuleId SendOut(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        if (plane.Machine.Observer is not null)
        {
            Report(plane, vcpu, message);
        }

        int accepted = message.Shorthand == DestinationShorthand.Self
            ? Acceptance.Give(plane, vcpu, message)
            : plane.Destinations.Send(plane, vcpu, message);
        return accepted > 0 ? RuleId.IpiAccepted : RuleId.IpiNotAccepted;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(ApicPlane plane, int vcpu, InterruptMessage message) =>
        plane.Machine.Tell(new(InterruptEventKind.Sent, vcpu, message.Vector, message.Mode, RuleId.IpiAccepted, message.Destination, plane.Index));

    /// <summary>
    /// What the manuals do not let an ICR send: the message types are reserved by mode, the shorthands by type, AMD sends a level-triggered IPI with
    /// level 1 only, but for start-up, and Intel no INIT level de-assert (APM vol. 2, table 16-4; SDM vol. 3, 10.6.1 and table 10-3).
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RuleId Check(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        if (message.Mode == DeliveryMode.LowestPriority && !SendsLowestPriority(plane, vcpu))
        {
            ErrorStatus.Note(plane, vcpu, ErrorStatus.RedirectableIpi);
            return RuleId.IcrRedirectable;
        }

        int reserved = plane.Apics[vcpu].IsX2Apic ? plane.Profile.ReservedModesInX2Apic : plane.Profile.ReservedModesInXApic;
        if ((reserved & (1 << (int)message.Mode)) != 0)
        {
            return RuleId.IcrReservedType;
        }

        if (message.Mode != DeliveryMode.Fixed && message.Shorthand is DestinationShorthand.Self or DestinationShorthand.All)
        {
            return RuleId.IcrCombination;
        }

        bool deasserts = message is { IsLevel: true, IsAsserted: false } && message.Mode != DeliveryMode.Startup;
        if (deasserts && plane.Profile.IssuesEdgeOnly && message.Mode == DeliveryMode.Init)
        {
            return RuleId.IcrInitDeassert;
        }

        if (deasserts && !plane.Profile.IssuesEdgeOnly)
        {
            return RuleId.IcrCombination;
        }

        return message.Mode == DeliveryMode.LowestPriority && !CanArbitrate(plane, vcpu, message) ? RuleId.IcrLowestPriorityTarget : RuleId.None;
    }

    private static bool SendsLowestPriority(ApicPlane plane, int vcpu) => !plane.Profile.ChoosesLowestPriority || plane.Traits.LowestPriorityIpis switch
    {
        LowestPriorityIpis.Always => true,
        LowestPriorityIpis.Never => false,
        _ => plane.Apics[vcpu].IsXApic,
    };

    /// <summary>Whether the source has lowest priority for the destination: AMD's in flat mode and of shorthands, Intel's but for a physical or cluster broadcast.</summary>
    private static bool CanArbitrate(ApicPlane plane, int vcpu, InterruptMessage message) =>
        IsFlat(plane, vcpu, message)
        || !(plane.Profile.ArbitratesInFlatModeOnly || ManualDestinations.IsBroadcast(plane, vcpu, message.Destination));

    private static bool IsFlat(ApicPlane plane, int vcpu, InterruptMessage message) => message.Shorthand != DestinationShorthand.None
        || (message.IsLogical && new DestinationFormat(plane.Apics[vcpu][ApicRegister.Dfr]).IsFlat);

    /// <summary>
    /// The vector says which register of the target is read: offset/16. The value comes into the sender's remote read register, and ICR bits
    /// 17:16 say 2, data valid, or 0, nobody answered (APM vol. 2, 16.5).
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RuleId RemoteRead(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        ref LocalApicState sender = ref plane.Apics[vcpu];
        int target = message.IsLogical || message.Shorthand != DestinationShorthand.None ? -1 : plane.Map.OfXApicId(message.Destination);
        RegisterSpec? spec = RegisterCatalogue.AtOffset((uint)message.Vector << 4);
        sender[ApicRegister.Icr] &= ~InterruptMessage.RemoteReadMask;
        if (target < 0 || spec is null)
        {
            return RuleId.IpiNotAccepted;
        }

        sender[ApicRegister.RemoteRead] = (uint)LocalApic.Peek(plane, target, spec);
        sender[ApicRegister.Icr] |= InterruptMessage.RemoteReadValid;
        return RuleId.RemoteReadDone;
    }
}
