using System;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Compatibility;

namespace ApicShell.Emulation;

/// <summary>
/// KVM's way: one map of the machine where that is unambiguous, else every vCPU is asked; the two differ where modes are mixed, IDs are
/// shared or logical IDs are odd (KVM lapic.c, kvm_irq_delivery_to_apic and kvm_recalculate_apic_map; recordings).
/// </summary>
internal sealed class KvmDestinations : Destinations
{
    public override int Send(ApicPlane plane, int source, InterruptMessage message)
    {
        if (message.Shorthand == DestinationShorthand.None && (plane.HasLongIds || !plane.Map.HasAliases) && !IsBroadcast(plane, source, message))
        {
            if (!message.IsLogical)
            {
                int target = Physical(plane, message.Destination);
                return target < 0 ? 0 : Acceptance.Give(plane, target, message);
            }

            LogicalKind kind = plane.Map.LogicalKind;
            if (kind != LogicalKind.Mixed)
            {
                return Logical(plane, kind, message);
            }
        }

        return Ask(plane, source, message);
    }

    /// <summary>The one APIC with a physical ID, where the map says so.</summary>
    /// <param name="plane">The APICs.</param>
    /// <param name="destination">The physical destination.</param>
    /// <param name="target">Index of its vCPU, or a negative number for none.</param>
    /// <returns>Whether the map has the answer: else it is a broadcast, or IDs are shared.</returns>
    public static bool TryFindOne(ApicPlane plane, uint destination, out int target)
    {
        target = Nobody;
        if (plane.Map.HasAliases || destination == InterruptMessage.X2Broadcast || destination == InterruptMessage.Broadcast)
        {
            return false;
        }

        target = Physical(plane, destination);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBroadcast(ApicPlane plane, int source, InterruptMessage message)
    {
        if ((plane.Traits.Quirks & KvmQuirks.X2ApicBroadcast) == 0)
        {
            return message.Destination == InterruptMessage.X2Broadcast
                || (message.Destination == InterruptMessage.Broadcast && plane.Map.LogicalKind != LogicalKind.X2Apic);
        }

        return message.Destination == (source >= 0 && plane.Apics[source].IsX2Apic ? InterruptMessage.X2Broadcast : InterruptMessage.Broadcast);
    }

    /// <summary>The APIC that the map has for a physical ID, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Physical(ApicPlane plane, uint id)
    {
        int target = OwnerOf(plane, id);
        return target >= 0 && plane.Apics[target].Unmapped != 0 ? Nobody : target;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int OwnerOf(ApicPlane plane, uint id)
    {
        int owner = plane.Map.OfInitialId(id);
        if (owner >= 0)
        {
            ref readonly LocalApicState apic = ref plane.Apics[owner];
            if (apic.IsX2Apic || (plane.HasLongIds && id > XApicId.Highest && apic.IsEnabled))
            {
                return owner;
            }
        }

        if (id > XApicId.Highest)
        {
            return -1;
        }

        int only = plane.Map.OfXApicId(id);
        return only >= -1 ? only : FirstWithXApicId(plane, id);
    }

    /// <summary>Of several APICs with one 8-bit ID the map has the first; only with long IDs does KVM keep a map at all then.</summary>
    private static int FirstWithXApicId(ApicPlane plane, uint id)
    {
        for (int vcpu = 0; vcpu < plane.Count; vcpu++)
        {
            ref readonly LocalApicState apic = ref plane.Apics[vcpu];
            if (apic.IsXApic && new XApicId(apic[ApicRegister.Id]).Value == id)
            {
                return vcpu;
            }
        }

        return -1;
    }

    private static int Logical(ApicPlane plane, LogicalKind kind, InterruptMessage message)
    {
        if (kind == LogicalKind.None)
        {
            return 0;
        }

        Split(kind, new(message.Destination), out uint cluster, out uint bits);
        if (kind == LogicalKind.X2Apic)
        {
            return X2Logical(plane, cluster, bits, message);
        }

        if (!message.ChoosesOne)
        {
            return GiveEach(plane, kind, cluster, bits, message);
        }

        int target = bits == 0 ? -1 : Holder(plane, kind, cluster, Bits.OfRank(bits, message.Vector % Bits.Count(bits)));
        return target < 0 ? 0 : Acceptance.Give(plane, target, message);
    }

    /// <summary>The logical IDs of x2APIC mode follow from the physical ones, so KVM looks the bits of a cluster up by ID.</summary>
    private static int X2Logical(ApicPlane plane, uint cluster, uint bits, InterruptMessage message)
    {
        uint first = LogicalId.FirstOfX2Cluster(cluster);
        if (message.ChoosesOne)
        {
            bits &= LogicalId.X2Mask >> (16 - ClusterSize(plane, first));
            int one = bits == 0 ? -1 : Physical(plane, first + (uint)Bits.OfRank(bits, message.Vector % Bits.Count(bits)));
            return one < 0 ? 0 : Acceptance.Give(plane, one, message);
        }

        // INIT, which is given at once here, puts into the map what it lacks; KVM has looked all up before.
        int unmapped = plane.Apics[plane.Count - 1].Unmapped != 0 ? plane.Count - 1 : Nobody;
        int accepted = 0;
        for (; bits != 0; bits &= bits - 1)
        {
            int target = OwnerOf(plane, first + (uint)Bits.Lowest(bits));
            accepted += target < 0 || target == unmapped ? 0 : Acceptance.Give(plane, target, message);
        }

        return accepted;
    }

    /// <summary>The map ends with the highest ID that is on, or 255; bits beyond it take no part in choosing one.</summary>
    private static int ClusterSize(ApicPlane plane, uint first)
    {
        if (first + 15 <= XApicId.Highest)
        {
            return 16;
        }

        uint highest = XApicId.Highest;
        for (int vcpu = 0; vcpu < plane.Count; vcpu++)
        {
            ref readonly LocalApicState apic = ref plane.Apics[vcpu];
            highest = apic.IsEnabled ? Math.Max(highest, apic.InitialId) : highest;
        }

        return first > highest ? 0 : (int)Math.Min(highest - first + 1, 16);
    }

    private static int Ask(ApicPlane plane, int source, InterruptMessage message)
    {
        InterruptMessage asked = message;
        if (!message.IsLogical && message.Destination == InterruptMessage.Broadcast && message.ChoosesOne)
        {
            asked = message.As(DeliveryMode.Fixed);
        }

        if (asked.ChoosesOne)
        {
            return AskForOne(plane, source, asked);
        }

        int matching = 0;
        int accepted = 0;
        for (int vcpu = 0; vcpu < plane.Count; vcpu++)
        {
            if (Matches(plane, vcpu, source, asked))
            {
                matching++;
                accepted += Acceptance.Give(plane, vcpu, asked);
            }
        }

        return matching == 0 ? Nobody : accepted;
    }

    /// <summary>Vector hashing: of the n candidates, that of index vector mod n.</summary>
    private static int AskForOne(ApicPlane plane, int source, InterruptMessage message)
    {
        int candidates = 0;
        for (int vcpu = 0; vcpu < plane.Count; vcpu++)
        {
            candidates += IsCandidate(plane, vcpu, source, message) ? 1 : 0;
        }

        int index = candidates == 0 ? -1 : message.Vector % candidates;
        for (int vcpu = 0; vcpu < plane.Count && index >= 0; vcpu++)
        {
            if (IsCandidate(plane, vcpu, source, message) && index-- == 0)
            {
                return Acceptance.Give(plane, vcpu, message);
            }
        }

        return Nobody;
    }

    private static bool IsCandidate(ApicPlane plane, int vcpu, int source, InterruptMessage message) =>
        plane.Apics[vcpu].IsSoftwareEnabled && Matches(plane, vcpu, source, message);

    /// <summary>Whether an APIC answers to a message, by its own mode, IDs and logical IDs.</summary>
    public static bool Matches(ApicPlane plane, int vcpu, int source, InterruptMessage message)
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

        bool x2 = apic.IsX2Apic;
        uint destination = message.Destination;
        if (x2 && source < 0 && destination == InterruptMessage.Broadcast && (plane.Traits.Quirks & KvmQuirks.X2ApicBroadcast) != 0)
        {
            destination = InterruptMessage.X2Broadcast;
        }

        if (destination == (x2 ? InterruptMessage.X2Broadcast : InterruptMessage.Broadcast))
        {
            return true;
        }

        if (!message.IsLogical)
        {
            return destination == (x2 || destination > XApicId.Highest ? apic.InitialId : new XApicId(apic[ApicRegister.Id]).Value);
        }

        uint ldr = apic[ApicRegister.Ldr];
        var asked = new LogicalId(destination);
        if (x2)
        {
            return new LogicalId(ldr).MeetsX2(asked);
        }

        var logical = new LogicalId(new XApicId(ldr).Value);
        return apic[ApicRegister.Dfr] switch
        {
            DestinationFormat.Flat => logical.MeetsFlat(asked),
            DestinationFormat.Cluster => logical.MeetsCluster(asked),
            _ => false,
        };
    }
}
