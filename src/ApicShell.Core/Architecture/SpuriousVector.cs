namespace ApicShell.Architecture;

/// <summary>
/// A value of SVR: bits 7:0 vector, 8 software enable, 9 focus checking off, 12 suppression of EOI broadcasts
/// (APM vol. 2, 16.4.7; SDM vol. 3; KVM lapic.c).
/// </summary>
/// <param name="Value">The register's 32 bits.</param>
public readonly record struct SpuriousVector(uint Value)
{
    /// <summary>Bits 7:0, the vector that the processor takes where none is there to be taken.</summary>
    public const uint VectorMask = 0xFF;

    /// <summary>Bit 8, ASE: the APIC is enabled by software.</summary>
    public const uint EnableBit = 1u << 8;

    /// <summary>Bit 9, FCC: a focus processor is not looked for.</summary>
    public const uint NoFocusBit = 1u << 9;

    /// <summary>Bit 12: EOI of a level-triggered vector is not told the I/O APICs (SDM vol. 3; KVM).</summary>
    public const uint SuppressBroadcastBit = 1u << 12;

    /// <summary>The value by which most software enables an APIC: vector 255, all else 0.</summary>
    public const uint EnabledAtVector255 = EnableBit | VectorMask;

    /// <summary>Bits 7:0.</summary>
    public byte Vector => (byte)Value;

    /// <summary>Bit 8.</summary>
    public bool IsEnabled => (Value & EnableBit) != 0;

    /// <summary>Whether a focus processor takes what is of lowest priority: bit 9 is 0.</summary>
    public bool ChecksFocus => (Value & NoFocusBit) == 0;

    /// <summary>Bit 12.</summary>
    public bool SuppressesBroadcast => (Value & SuppressBroadcastBit) != 0;
}
