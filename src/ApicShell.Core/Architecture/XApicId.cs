namespace ApicShell.Architecture;

/// <summary>
/// The 8-bit ID of xAPIC mode, which its registers have in bits 31:24: ID the APIC's own, LDR the logical one, ICR2 a destination
/// (APM vol. 2, 16.3 and 16.5; SDM vol. 3; KVM apic.h).
/// </summary>
/// <param name="Register">The 32 bits of such a register.</param>
public readonly record struct XApicId(uint Register)
{
    /// <summary>The highest of them.</summary>
    public const uint Highest = 0xFF;

    /// <summary>Bits 31:24, where registers have it.</summary>
    public const uint RegisterMask = Highest << RegisterShift;

    private const int RegisterShift = 24;

    /// <summary>The ID.</summary>
    public uint Value => Register >> RegisterShift;

    /// <summary>A register with an ID in it, of which its lower 8 bits find room.</summary>
    public static XApicId Of(uint id) => new(id << RegisterShift);
}
