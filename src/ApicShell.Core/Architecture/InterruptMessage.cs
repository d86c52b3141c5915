using System.Runtime.CompilerServices;

namespace ApicShell.Architecture;

/// <summary>
/// An interrupt on its way to local APICs: an IPI from an ICR, or a message of a device (APM vol. 2, 16.5 and 16.6; SDM vol. 3; KVM's
/// kvm_lapic_irq).
/// </summary>
public readonly record struct InterruptMessage
{
    /// <summary>Bits 7:0 of ICR, the vector.</summary>
    public const uint VectorMask = 0xFF;

    /// <summary>Where the message type begins.</summary>
    public const int ModeShift = 8;

    /// <summary>Bits 10:8 of ICR, the message type.</summary>
    public const uint ModeMask = 7u << ModeShift;

    /// <summary>Bit 11 of ICR: the destination is a logical one.</summary>
    public const uint LogicalBit = 1u << 11;

    /// <summary>Bit 12 of ICR, delivery status: the APIC's to write, and no part of what is sent.</summary>
    public const uint StatusBit = 1u << 12;

    /// <summary>Bit 14 of ICR: the level is 1, assert.</summary>
    public const uint AssertBit = 1u << 14;

    /// <summary>Bit 15 of ICR: level-triggered.</summary>
    public const uint LevelBit = 1u << 15;

    /// <summary>Bits 17:16 of ICR, what became of a remote read: the APIC's to write (APM).</summary>
    public const uint RemoteReadMask = 3u << 16;

    /// <summary>The value of bits 17:16 that says that the remote read register has the data.</summary>
    public const uint RemoteReadValid = 2u << 16;

    /// <summary>Where the shorthand begins.</summary>
    public const int ShorthandShift = 18;

    /// <summary>Bits 19:18 of ICR, the shorthand.</summary>
    public const uint ShorthandMask = 3u << ShorthandShift;

    /// <summary>The bits of ICR's lower half that say what is sent.</summary>
    public const uint IcrMask = VectorMask | ModeMask | LogicalBit | AssertBit | LevelBit | ShorthandMask;

    /// <summary>The destination that addresses all APICs, of a sender in xAPIC mode.</summary>
    public const uint Broadcast = 0xFF;

    /// <summary>The destination that addresses all APICs, of a sender in x2APIC mode.</summary>
    public const uint X2Broadcast = 0xFFFF_FFFF;

    // Where the 64-bit ICR has a reserved bit.
    private const uint HintBit = 1u << 20;
    private const int MsiShift = 12;
    private const uint MsiLogicalBit = 1u << 2;
    private const uint MsiHintBit = 1u << 3;

    // As the 64-bit ICR has them, and the redirection hint.
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
        _bits = ((ulong)destination << 32) | vector | ((ulong)mode << ModeShift) | ((ulong)shorthand << ShorthandShift)
            | (isLogical ? LogicalBit : 0) | (isLevel ? LevelBit : 0) | (isAsserted ? AssertBit : 0) | (redirectionHint ? HintBit : 0);

    private InterruptMessage(ulong bits) => _bits = bits;

    /// <summary>The message as one number, which <see cref="OfBits"/> takes back: the ICR's bits, and the redirection hint in bit 20.</summary>
    public ulong Bits => _bits;

    /// <summary>APIC ID or logical destination: 8 bits of an xAPIC sender, 32 of an x2APIC one.</summary>
    public uint Destination => (uint)(_bits >> 32);

    /// <summary>0 to 255.</summary>
    public byte Vector => (byte)_bits;

    /// <summary>What it is.</summary>
    public DeliveryMode Mode => (DeliveryMode)((_bits >> ModeShift) & 7);

    /// <summary>Whom it is for; None where the destination says.</summary>
    public DestinationShorthand Shorthand => (DestinationShorthand)((_bits >> ShorthandShift) & 3);

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
    public ulong MsiAddress => MsiBase | ((Destination & XApicId.Highest) << MsiShift) | ((ulong)(Destination & ~XApicId.Highest) << 32)
        | (RedirectionHint ? MsiHintBit : 0) | (IsLogical ? MsiLogicalBit : 0);

    /// <summary>The data of the MSI that says the same.</summary>
    public uint MsiData => Vector | ((uint)Mode << ModeShift) | (IsLevel ? LevelBit : 0) | (IsLevel && IsAsserted ? AssertBit : 0);

    /// <summary>Whether one of the APICs addressed is chosen.</summary>
    internal bool ChoosesOne => Mode == DeliveryMode.LowestPriority || RedirectionHint;

    /// <summary>The message as one of another kind.</summary>
    internal InterruptMessage As(DeliveryMode mode) => new((_bits & ~(ulong)ModeMask) | ((ulong)mode << ModeShift));

    /// <summary>The message as edge-triggered, with level 1.</summary>
    internal InterruptMessage AsEdge() => new((_bits & ~(ulong)LevelBit) | AssertBit);

    /// <summary>The message of a number that <see cref="Bits"/> gave.</summary>
    public static InterruptMessage OfBits(ulong bits) => new(bits);

    /// <summary>The IPI that a value of ICR sends.</summary>
    /// <param name="low">Bits 31:0.</param>
    /// <param name="destination">The destination field, 8 or 32 bits.</param>
    public static InterruptMessage OfIcr(uint low, uint destination) => new(((ulong)destination << 32) | (low & IcrMask));

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
        ((uint)(address >> MsiShift) & XApicId.Highest) | (longDestination ? (uint)(address >> 32) & ~XApicId.Highest : 0),
        (byte)data,
        (DeliveryMode)((data >> ModeShift) & 7),
        isLogical: (address & MsiLogicalBit) != 0,
        isLevel: (data & LevelBit) != 0,
        redirectionHint: (address & MsiHintBit) != 0);
}
