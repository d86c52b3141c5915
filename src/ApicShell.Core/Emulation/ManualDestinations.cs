using System;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// The manuals' way: each APIC compares the destination with its own ID (APM vol. 2, 16.6.1; SDM vol. 3). The map is only a short cut to
/// the same answer. What they leave open, machines of mixed modes above all, is read so: the sender's mode says what addresses all, an
/// APIC in xAPIC mode compares destinations of up to 8 bits, one in x2APIC mode all 32.
/// </summary>
internal sealed class ManualDestinations : Destinations
{
    public override int Send(ApicPlane plane, int source, InterruptMessage message)
    {
        if (message.ChoosesOne)
        {
            return Arbitrate(plane, source, message);
        }

        if (message.Shorthand == DestinationShorthand.None && !IsBroadcast(plane, source, message.Destination))
        {
            if (!message.IsLogical && TryPhysical(plane, message.Destination, out int target))
            {
                return target < 0 ? Nobody : Acceptance.Give(plane, target, message);
            }

            if (message.IsLogical && plane.Map.LogicalKind == LogicalKind.X2Apic && plane.Map.IsAllX2Apic)
            {
                Split(LogicalKind.X2Apic, new(message.Destination), out uint cluster, out uint bits);
                return GiveEach(plane, LogicalKind.X2Apic, cluster, bits, message);
            }
        }

        int accepted = Nobody;
        for (int vcpu = 0; vcpu < plane.Count; vcpu++)
        {
            if (Matches(plane, vcpu, source, message))
            {
                accepted = Math.Max(accepted, 0) + Acceptance.Give(plane, vcpu, message);
            }
        }

        return accepted;
    }

    /// <summary>The one APIC with a physical ID; false where there may be several.</summary>
    private static bool TryPhysical(ApicPlane plane, uint id, out int target)
    {
        target = OfX2ApicId(plane, id);
        if (id > XApicId.Highest || plane.Map.HasRenamed)
        {
            return !plane.Map.HasRenamed;
        }

        int xapic = plane.Map.OfXApicId(id);
        if (xapic >= 0 && target < 0)
        {
            target = xapic;
            return true;
        }

        return xapic == -1;
    }

    /// <summary>Whether a destination of a sender addresses all APICs.</summary>
    public static bool IsBroadcast(ApicPlane plane, int source, uint destination) =>
        destination == (source >= 0 && plane.Apics[source].IsX2Apic ? InterruptMessage.X2Broadcast : InterruptMessage.Broadcast);

    /// <summary>
    /// Lowest priority: a focus processor, which has the vector in IRR or ISR, takes it where its SVR bit 9 is 0; else the lowest
    /// arbitration priority, of several the highest ID (APM vol. 2, 16.6.2). Intel's chipset knows task priorities alone, and no focus (SDM vol. 3,
    /// 10.6.2.4); which of several it takes the manual does not say: here the highest ID too.
    /// </summary>
    private static int Arbitrate(ApicPlane plane, int source, InterruptMessage message)
    {
        bool byTask = plane.Profile.ArbitratesByTaskPriority;
        int winner = Nobody;
        ulong least = ulong.MaxValue;
        for (int vcpu = 0; vcpu < plane.Count; vcpu++)
        {
            ref readonly LocalApicState apic = ref plane.Apics[vcpu];
            if (!apic.IsSoftwareEnabled || !Matches(plane, vcpu, source, message))
            {
                continue;
            }

            bool focus = !byTask && apic.Svr.ChecksFocus
                && (apic.Has(ApicRegister.Irr0, message.Vector) || apic.Has(ApicRegister.Isr0, message.Vector));
            uint priority = byTask
                ? apic[ApicRegister.Tpr]
                : Priority.Arbitration(apic[ApicRegister.Tpr], apic.HighestInService, apic.HighestRequested);
            uint id = apic.IsX2Apic ? apic[ApicRegister.Id] : plane.Map.XApicIdOf(apic);
            ulong rank = focus ? 0 : ((ulong)(priority + 1) << 32) + (uint.MaxValue - id);
            if (rank < least)
            {
                (winner, least) = (vcpu, rank);
            }
        }

        return winner < 0 ? Nobody : Acceptance.Give(plane, winner, message);
    }

    private static bool Matches(ApicPlane plane, int vcpu, int source, InterruptMessage message)
    {
        ref readonly LocalApicState apic = ref plane.Apics[vcpu];
        if (!apic.IsEnabled)
        {
            return false;
        }

        if (message.Shorthand != DestinationShorthand.None)
        {
            return message.Shorthand == DestinationShorthand.All || vcpu != source;
        }

        if (IsBroadcast(plane, source, message.Destination))
        {
            return true;
        }

        bool x2 = apic.IsX2Apic;
        uint destination = message.Destination;
        if (!message.IsLogical)
        {
            return destination == (x2 ? apic[ApicRegister.Id] : plane.Map.XApicIdOf(apic));
        }

        uint ldr = apic[ApicRegister.Ldr];
        var asked = new LogicalId(destination);
        if (x2)
        {
            return new LogicalId(ldr).MeetsX2(asked);
        }

        var logical = new LogicalId(new XApicId(ldr).Value);
        var format = new DestinationFormat(apic[ApicRegister.Dfr]);
        return format.IsFlat ? logical.MeetsFlat(asked) || logical.Value == LogicalId.FlatMask : format.IsCluster && logical.MeetsCluster(asked);
    }
}
