namespace ApicShell.Emulation;

/// <summary>What the logical IDs of a machine's enabled APICs have in common.</summary>
internal enum LogicalKind : byte
{
    /// <summary>None has one.</summary>
    None,

    /// <summary>xAPIC, DFR flat.</summary>
    Flat,

    /// <summary>xAPIC, DFR not flat.</summary>
    Cluster,

    /// <summary>x2APIC.</summary>
    X2Apic,

    /// <summary>They are of several kinds, have several bits, or are shared.</summary>
    Mixed,
}
