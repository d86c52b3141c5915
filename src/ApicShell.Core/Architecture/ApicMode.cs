namespace ApicShell.Architecture;

/// <summary>The mode of a local APIC: the two enable bits of APIC_BASE, AE (bit 11) as bit 0 and EXTD (bit 10) as bit 1.</summary>
public enum ApicMode
{
    /// <summary>AE=0, EXTD=0: the APIC is off.</summary>
    Disabled = 0,

    /// <summary>AE=1, EXTD=0: registers are memory at APIC_BASE.</summary>
    XApic = 1,

    /// <summary>AE=0, EXTD=1: no model lets an APIC get here.</summary>
    Invalid = 2,

    /// <summary>AE=1, EXTD=1: registers are MSRs 0x800 to 0x8FF.</summary>
    X2Apic = 3,
}
