namespace ApicShell.Architecture;

/// <summary>
/// A value of APIC_BASE (MSR 0x1B): bit 8 BSP, bit 10 EXTD, bit 11 AE, bits 51:12 the page's physical address; all else reserved
/// (APM vol. 2, 16.3.1; SDM vol. 3; KVM lapic.c).
/// </summary>
/// <param name="Value">The 64-bit value as RDMSR gives it.</param>
public readonly record struct ApicBase(ulong Value)
{
    /// <summary>Bit 8: this is the bootstrap processor.</summary>
    public const ulong BspBit = 1UL << 8;

    /// <summary>Bit 10, EXTD: x2APIC mode.</summary>
    public const ulong ExtdBit = 1UL << 10;

    /// <summary>Bit 11, AE (Intel: EN): the APIC is on.</summary>
    public const ulong AeBit = 1UL << 11;

    /// <summary>Bits 51:12, the address of the page.</summary>
    public const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>Where the page is after reset.</summary>
    public const ulong DefaultAddress = 0xFEE0_0000;

    /// <summary>Bits that are reserved in every model: 7:0, 9 and 63:52.</summary>
    public const ulong AlwaysReserved = ~(AddressMask | AeBit | ExtdBit | BspBit);

    /// <summary>The mode that AE and EXTD select.</summary>
    public ApicMode Mode => (ApicMode)(((Value >> 11) & 1) | ((Value >> 9) & 2));

    /// <summary>Bit 8.</summary>
    public bool IsBootstrap => (Value & BspBit) != 0;

    /// <summary>Physical address of the register page.</summary>
    public ulong Address => Value & AddressMask;

    /// <summary>The same value with AE and EXTD set for a mode.</summary>
    public ApicBase WithMode(ApicMode mode) =>
        new((Value & ~(AeBit | ExtdBit)) | (((ulong)mode & 1) << 11) | (((ulong)mode & 2) << 9));

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:X16} ({Mode})";
}
