namespace ApicShell.Architecture;

/// <summary>
/// An interrupt on its way to local APICs: an IPI from an ICR, or a message of a device (APM vol. 2, 16.5 and 16.6; SDM vol. 3; KVM's
/// kvm_lapic_irq).
/// </summary>
/// <param name="Destination">APIC ID or logical destination: 8 bits of an xAPIC sender, 32 of an x2APIC one.</param>
/// <param name="Vector">0 to 255.</param>
/// <param name="Mode">What it is.</param>
/// <param name="Shorthand">Whom it is for; None where the destination says.</param>
/// <param name="IsLogical">Whether the destination is a logical one.</param>
/// <param name="IsLevel">Whether it is level-triggered.</param>
/// <param name="IsAsserted">Bit 14 of ICR; a device's message is always asserted.</param>
/// <param name="RedirectionHint">Bit 3 of an MSI's address: to be delivered as lowest priority is.</param>
public readonly record struct InterruptMessage(
    uint Destination,
    byte Vector,
    DeliveryMode Mode = DeliveryMode.Fixed,
    DestinationShorthand Shorthand = DestinationShorthand.None,
    bool IsLogical = false,
    bool IsLevel = false,
    bool IsAsserted = true,
    bool RedirectionHint = false)
{
    /// <summary>Where MSIs go: bits 31:20 of the address.</summary>
    public const uint MsiBase = 0xFEE0_0000;

    /// <summary>The address of the MSI that says the same; a destination above 255 has its upper bits in bits 63:40, KVM's way.</summary>
    public ulong MsiAddress => MsiBase | ((Destination & 0xFFUL) << 12) | ((ulong)(Destination & 0xFFFF_FF00) << 32)
        | (RedirectionHint ? 8UL : 0) | (IsLogical ? 4UL : 0);

    /// <summary>The data of the MSI that says the same.</summary>
    public uint MsiData => Vector | ((uint)Mode << 8) | (IsLevel ? 0x8000u : 0) | (IsLevel && IsAsserted ? 0x4000u : 0);

    /// <summary>Whether one of the APICs addressed is chosen.</summary>
    internal bool ChoosesOne => Mode == DeliveryMode.LowestPriority || RedirectionHint;

    /// <summary>The IPI that a value of ICR sends.</summary>
    /// <param name="low">Bits 31:0.</param>
    /// <param name="destination">The destination field, 8 or 32 bits.</param>
    public static InterruptMessage OfIcr(uint low, uint destination) => new(
        destination,
        (byte)low,
        (DeliveryMode)((low >> 8) & 7),
        (DestinationShorthand)((low >> 18) & 3),
        IsLogical: (low & 0x800) != 0,
        IsLevel: (low & 0x8000) != 0,
        IsAsserted: (low & 0x4000) != 0);

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
        IsLogical: (address & 4) != 0,
        IsLevel: (data & 0x8000) != 0,
        RedirectionHint: (address & 8) != 0);
}
