using ApicShell.Architecture;
using ApicShell.Compatibility;

namespace ApicShell.Emulation;

/// <summary>Finds the APICs that a message is for, and hands it to each.</summary>
internal abstract class Destinations
{
    /// <summary>No APIC was addressed.</summary>
    public const int Nobody = -1;

    private static readonly Destinations[] s_byModel = [new KvmDestinations(), new ManualDestinations(), new ManualDestinations()];

    public static Destinations Of(ApicModel model) => s_byModel[(int)model];

    /// <summary>Delivers a message.</summary>
    /// <param name="plane">The APICs it can reach.</param>
    /// <param name="source">Index of the sending vCPU, -1 for a device.</param>
    /// <param name="message">The message; one with the shorthand for the sender itself needs no look for its target.</param>
    /// <returns>How many APICs accepted it, 0 when all that were addressed refused, <see cref="Nobody"/> when none was addressed.</returns>
    public abstract int Send(ApicPlane plane, int source, InterruptMessage message);

    /// <summary>Hands the message to the APIC of each bit of a mask, by what the map holds for it.</summary>
    protected static int GiveEach(ApicPlane plane, LogicalKind kind, uint cluster, uint bits, InterruptMessage message)
    {
        int accepted = 0;
        for (; bits != 0; bits &= bits - 1)
        {
            int target = Holder(plane, kind, cluster, Bits.Lowest(bits));
            accepted += target < 0 ? 0 : Acceptance.Give(plane, target, message);
        }

        return accepted;
    }

    /// <summary>The APIC of one bit of a logical destination, or a negative number.</summary>
    protected static int Holder(ApicPlane plane, LogicalKind kind, uint cluster, int bit) => kind switch
    {
        LogicalKind.Flat => plane.Map.OfFlatBit(bit),
        LogicalKind.Cluster => plane.Map.OfClusterBit(cluster, bit),
        _ => OfX2ApicId(plane, LogicalId.FirstOfX2Cluster(cluster) + (uint)bit),
    };

    /// <summary>The APIC that is on, in x2APIC mode and has an ID, or -1.</summary>
    protected static int OfX2ApicId(ApicPlane plane, uint id)
    {
        int vcpu = plane.Map.OfInitialId(id);
        return vcpu >= 0 && plane.Apics[vcpu].IsX2Apic ? vcpu : -1;
    }

    /// <summary>Splits a logical destination into the cluster and the bits in it.</summary>
    protected static void Split(LogicalKind kind, LogicalId destination, out uint cluster, out uint bits) => (cluster, bits) = kind switch
    {
        LogicalKind.Flat => (0u, destination.Flat),
        LogicalKind.Cluster => (destination.Cluster, destination.InCluster),
        _ => (destination.X2Cluster, destination.InX2Cluster),
    };
}
