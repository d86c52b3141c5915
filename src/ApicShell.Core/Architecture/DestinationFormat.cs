namespace ApicShell.Architecture;

/// <summary>
/// A value of DFR: bits 31:28 model, all ones for flat and 0 for cluster; bits 27:0 are ones (APM vol. 2, 16.6.1; SDM vol. 3; KVM lapic.c).
/// </summary>
/// <param name="Value">The register's 32 bits.</param>
public readonly record struct DestinationFormat(uint Value)
{
    /// <summary>Bits 31:28, the model.</summary>
    public const uint ModelMask = 0xFU << ModelShift;

    /// <summary>The value of the flat model, which is there after RESET.</summary>
    public const uint Flat = 0xFFFF_FFFF;

    /// <summary>The value of the cluster model.</summary>
    public const uint Cluster = ~ModelMask;

    private const int ModelShift = 28;

    /// <summary>Whether the model is flat.</summary>
    public bool IsFlat => Value >> ModelShift == Flat >> ModelShift;

    /// <summary>Whether the model is cluster.</summary>
    public bool IsCluster => Value >> ModelShift == Cluster >> ModelShift;
}
