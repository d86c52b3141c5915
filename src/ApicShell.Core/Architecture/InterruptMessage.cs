using System.Runtime.CompilerServices;

namespace ApicShell.Architecture;

/// <summary>
/// An interrupt on its way to local APICs: an IPI from an ICR, or a message of a device (APM vol. 2, 16.5 and 16.6; SDM vol. 3; KVM's
/// kvm_lapic_irq).
/// </summary>
public readonly record struct InterruptMessage
{
    // As the 64-bit ICR has them; the redirection hint, which that has not, is in a bit that is reserved there.
    private const ulong LogicalBit = 1UL << 11;
    private const ulong AssertBit = 1UL << 14;
    private const ulong LevelBit = 1UL << 15;
    private const ulong HintBit = 1UL << 20;
    private const uint IcrBits = 0x000C_CFFF;

    private readonly ulong _bits;

    /// <summary>A message.</summary>
    /// <param name="destination">APIC ID or logical destination: 8 bits of an xAPIC sender, 32 of an x2APIC one.</param>
    /// <param name="vector">0 to 255.</param>
    /// <param name="mode">What it is.</param>
    /// <param name="shorthand">Whom it is for; None where the destination says.</param>
    /// <param name="isLogical">Whether the destination is a logical one.</param>
    /// <param name="isLevel">Whether it is level-triggered.</param>
    /// <param name="isAsserted">Bit 14 of ICR; a device's message is always asserted.</param>
    /// <param name="redirectionHint">Bit 3 of an MSI's address: to be delivered as lowest priority is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public InterruptMessage(
        uint destination,
        byte vector,
        DeliveryMode mode = DeliveryMode.Fixed,
        DestinationShorthand shorthand = DestinationShorthand.None,
        bool isLogical = false,
        bool isLevel = false,
        bool isAsserted = true,
        bool redirectionHint = false) =>
        _bits = ((ulong)destination << 32) | vector | ((ulong)mode << 8) | ((ulong)shorthand << 18)
            | (isLogical ? LogicalBit : 0) | (isLevel ? LevelBit : 0) | (isAsserted ? AssertBit : 0) | (redirectionHint ? HintBit : 0);

    private InterruptMessage(ulong bits) => _bits = bits;

    /// <summary>The message as one number, which <see cref="OfBits"/> takes back: the ICR's bits, and the redirection hint in bit 20.</summary>
    public ulong Bits => _bits;

    /// <summary>APIC ID or logical destination: 8 bits of an xAPIC sender, 32 of an x2APIC one.</summary>
    public uint Destination => (uint)(_bits >> 32);

    /// <summary>0 to 255.</summary>
    public byte Vector => (byte)_bits;

    /// <summary>What it is.</summary>
    public DeliveryMode Mode => (DeliveryMode)((_bits >> 8) & 7);

    /// <summary>Whom it is for; None where the destination says.</summary>
    public DestinationShorthand Shorthand => (DestinationShorthand)((_bits >> 18) & 3);

    /// <summary>Whether the destination is a logical one.</summary>
    public bool IsLogical => (_bits & LogicalBit) != 0;

    /// <summary>Whether it is level-triggered.</summary>
    public bool IsLevel => (_bits & LevelBit) != 0;

    /// <summary>Bit 14 of ICR; a device's message is always asserted.</summary>
    public bool IsAsserted => (_bits & AssertBit) != 0;

    /// <summary>Bit 3 of an MSI's address: to be delivered as lowest priority is.</summary>
    public bool RedirectionHint => (_bits & HintBit) != 0;

    /// <summary>Where MSIs go: bits 31:20 of the address.</summary>
    public const uint MsiBase = 0xFEE0_0000;

    /// <summary>The address of the MSI that says the same; a destination above 255 has its upper bits in bits 63:40, KVM's way.</summary>
    public ulong MsiAddress => MsiBase | ((Destination & 0xFFUL) << 12) | ((ulong)(Destination & 0xFFFF_FF00) << 32)
        | (RedirectionHint ? 8UL : 0) | (IsLogical ? 4UL : 0);

    /// <summary>The data of the MSI that says the same.</summary>
    public uint MsiData => Vector | ((uint)Mode << 8) | (IsLevel ? 0x8000u : 0) | (IsLevel && IsAsserted ? 0x4000u : 0);

    /// <summary>Whether one of the APICs addressed is chosen.</summary>
    internal bool ChoosesOne => Mode == DeliveryMode.LowestPriority || RedirectionHint;

    /// <summary>The message as one of another kind.</summary>
    internal InterruptMessage As(DeliveryMode mode) => new((_bits & ~(7UL << 8)) | ((ulong)mode << 8));

    /// <summary>The message of a number that <see cref="Bits"/> gave.</summary>
    public static InterruptMessage OfBits(ulong bits) => new(bits);

    /// <summary>The IPI that a value of ICR sends.</summary>
    /// <param name="low">Bits 31:0.</param>
    /// <param name="destination">The destination field, 8 or 32 bits.</param>
    public static InterruptMessage OfIcr(uint low, uint destination) => new(((ulong)destination << 32) | (low & IcrBits));

    /// <summary>The message of a source inside the APIC: an entry of the local vector table has vector and type where the ICR has them.</summary>
    /// <param name="apicId">Whose it is.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="isLevel">Whether it is level-triggered.</param>
    internal static InterruptMessage OfLvt(uint apicId, LvtEntry entry, bool isLevel) =>
        new(((ulong)apicId << 32) | (entry.Value & (LvtEntry.ModeMask | LvtEntry.VectorMask)) | AssertBit | (isLevel ? LevelBit : 0));

    /// <summary>The message that a device's write sends (SDM vol. 3, MSI; KVM irq_comm.c).</summary>
    /// <param name="address">
    /// Bits 19:12 destination, 3 redirection hint, 2 logical; bits 63:40 are bits 31:8 of the destination where long destinations are in use.
    /// </param>
    /// <param name="data">Bits 7:0 vector, 10:8 delivery mode, 15 level.</param>
    /// <param name="longDestination">Whether the address has a 32-bit destination, KVM's way.</param>
    public static InterruptMessage OfMsi(ulong address, uint data, bool longDestination) => new(
        ((uint)(address >> 12) & 0xFF) | (longDestination ? (uint)(address >> 32) & 0xFFFF_FF00 : 0),
        (byte)data,
        (DeliveryMode)((data >> 8) & 7),
        isLogical: (address & 4) != 0,
        isLevel: (data & 0x8000) != 0,
        redirectionHint: (address & 8) != 0);
}
