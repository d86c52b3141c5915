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

    // Inlined, so that what is known of a message where it is made is known here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RuleId Send(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        bool illegal = false;
        if (plane.Profile.HasErrorStatus)
        {
            RuleId refused = Check(plane, vcpu, message);
            if (refused != RuleId.None)
            {
                return refused;
            }

            illegal = message.Mode <= DeliveryMode.LowestPriority && message.Vector < Acceptance.FirstLegalVector;
            if (illegal)
            {
                ErrorStatus.Note(plane, vcpu, ErrorStatus.SentIllegalVector);
            }
        }

        if (plane.Machine.Observer is not null)
        {
            Report(plane, vcpu, message);
        }

        if (message.Mode == DeliveryMode.RemoteRead && plane.Profile.HasRemoteRead)
        {
            return RemoteRead(plane, vcpu, message);
        }

        int accepted = message.Shorthand == DestinationShorthand.Self
            ? Acceptance.Give(plane, vcpu, message)
            : plane.Destinations.Send(plane, vcpu, message);
        return illegal ? RuleId.IllegalVector : accepted > 0 ? RuleId.IpiAccepted : RuleId.IpiNotAccepted;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(ApicPlane plane, int vcpu, InterruptMessage message) =>
        plane.Machine.Tell(new(InterruptEventKind.Sent, vcpu, message.Vector, message.Mode, RuleId.IpiAccepted, message.Destination, plane.Index));

    /// <summary>
    /// What the manuals do not let an ICR send: the message types are reserved by mode, the shorthands by type, and a level-triggered IPI is
    /// sent with level 1 only, but for start-up, and for an INIT whose de-assert Intel defines (APM vol. 2, table 16-4; SDM vol. 3).
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RuleId Check(ApicPlane plane, int vcpu, InterruptMessage message)
    {
        int reserved = plane.Apics[vcpu].IsX2Apic ? plane.Profile.ReservedModesInX2Apic : plane.Profile.ReservedModesInXApic;
        if ((reserved & (1 << (int)message.Mode)) != 0)
        {
            return RuleId.IcrReservedType;
        }

        if (message.Mode != DeliveryMode.Fixed && message.Shorthand is DestinationShorthand.Self or DestinationShorthand.All)
        {
            return RuleId.IcrCombination;
        }

        bool deasserts = message.IsLevel && !message.IsAsserted && message.Mode != DeliveryMode.Startup;
        if (deasserts && !(message.Mode == DeliveryMode.Init && plane.Profile.HasInitDeassert))
        {
            return RuleId.IcrCombination;
        }

        return message.Mode == DeliveryMode.LowestPriority && plane.Profile.ArbitratesInFlatModeOnly && !IsFlat(plane, vcpu, message)
            ? RuleId.IcrLowestPriorityTarget
            : RuleId.None;
    }

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
