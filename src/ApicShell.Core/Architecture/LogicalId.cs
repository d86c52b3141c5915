using System.Runtime.CompilerServices;

namespace ApicShell.Architecture;

/// <summary>
/// A logical ID of an APIC, or a destination in the same form. Flat: a bit an APIC, 7:0. Cluster: the cluster in 7:4 and a bit an APIC in 3:0.
/// x2APIC mode: the cluster in 31:16 and a bit an APIC in 15:0 (APM vol. 2, 16.6.1 and chapter 16; SDM vol. 3; KVM lapic.c).
/// </summary>
/// <param name="Value">8 bits of xAPIC mode, 32 of x2APIC mode.</param>
public readonly record struct LogicalId(uint Value)
{
    /// <summary>Bits 7:0, those of the flat form.</summary>
    public const uint FlatMask = 0xFF;

    /// <summary>Bits 3:0, those in a cluster.</summary>
    public const uint ClusterMask = 0xF;

    /// <summary>Bits 15:0, those in a cluster of x2APIC mode.</summary>
    public const uint X2Mask = 0xFFFF;

    private const int ClusterShift = 4;
    private const int X2ClusterShift = 16;

    // Of an APIC ID: how many of its bits say which of its cluster it is.
    private const int X2PlaceBits = 4;

    /// <summary>The bits of the flat form.</summary>
    public uint Flat => Value & FlatMask;

    /// <summary>Bits 7:4.</summary>
    public uint Cluster => (Value >> ClusterShift) & ClusterMask;

    /// <summary>Bits 3:0.</summary>
    public uint InCluster => Value & ClusterMask;

    /// <summary>Bits 31:16.</summary>
    public uint X2Cluster => Value >> X2ClusterShift;

    /// <summary>Bits 15:0.</summary>
    public uint InX2Cluster => Value & X2Mask;

    /// <summary>The ID that x2APIC mode derives from an APIC ID: the cluster is ID 19:4, and the bit is by ID 3:0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LogicalId OfX2Apic(uint apicId) => new(((apicId >> X2PlaceBits) << X2ClusterShift) | (1u << (int)(apicId & 15)));

    /// <summary>The APIC ID of bit 0 of a cluster of x2APIC mode; the other bits' follow.</summary>
    public static uint FirstOfX2Cluster(uint cluster) => cluster << X2PlaceBits;

    /// <summary>Whether a destination addresses it, in the flat form.</summary>
    public bool MeetsFlat(LogicalId destination) => (Value & destination.Value) != 0;

    /// <summary>Whether a destination addresses it, in the cluster form; one of more than 8 bits addresses nobody.</summary>
    public bool MeetsCluster(LogicalId destination) =>
        Value >> ClusterShift == destination.Value >> ClusterShift && (Value & destination.Value & ClusterMask) != 0;

    /// <summary>Whether a destination addresses it, in the form of x2APIC mode.</summary>
    public bool MeetsX2(LogicalId destination) =>
        X2Cluster == destination.X2Cluster && (Value & destination.Value & X2Mask) != 0;
}
