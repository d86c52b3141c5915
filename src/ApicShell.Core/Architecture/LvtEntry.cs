namespace ApicShell.Architecture;

/// <summary>
/// An entry of the local vector table: bits 7:0 vector, 10:8 message type, 12 delivery status, 13 polarity, 14 remote IRR, 15 level, 16 mask,
/// 18:17 timer mode. Polarity, remote IRR and level are of LINT0 and LINT1, the mode is of the timer (APM vol. 2, 16.4; SDM vol. 3; KVM lapic.c).
/// </summary>
/// <param name="Value">The entry's 32 bits.</param>
public readonly record struct LvtEntry(uint Value)
{
    /// <summary>Bits 7:0, the vector.</summary>
    public const uint VectorMask = 0xFF;

    /// <summary>Where the message type begins.</summary>
    public const int ModeShift = 8;

    /// <summary>Bits 10:8, the message type.</summary>
    public const uint ModeMask = 7u << ModeShift;

    /// <summary>Bit 12, delivery status.</summary>
    public const uint StatusBit = 1u << 12;

    /// <summary>Bit 13: the pin is active when low.</summary>
    public const uint PolarityBit = 1u << 13;

    /// <summary>Bit 14: a level-triggered interrupt was accepted and has not ended.</summary>
    public const uint RemoteIrrBit = 1u << 14;

    /// <summary>Bit 15: level-triggered.</summary>
    public const uint LevelBit = 1u << 15;

    /// <summary>Bit 16: nothing is delivered.</summary>
    public const uint MaskBit = 1u << 16;

    /// <summary>Where the timer mode begins.</summary>
    public const int TimerModeShift = 17;

    /// <summary>Bit 17: periodic.</summary>
    public const uint PeriodicBit = (uint)TimerMode.Periodic << TimerModeShift;

    /// <summary>Bit 18: TSC-deadline mode.</summary>
    public const uint DeadlineBit = (uint)TimerMode.TscDeadline << TimerModeShift;

    /// <summary>Bits 18:17, the timer mode.</summary>
    public const uint TimerModeMask = DeadlineBit | PeriodicBit;

    /// <summary>Bits 7:0.</summary>
    public byte Vector => (byte)Value;

    /// <summary>Bits 10:8.</summary>
    public DeliveryMode Mode => (DeliveryMode)((Value >> ModeShift) & 7);

    /// <summary>Bit 14.</summary>
    public bool HasRemoteIrr => (Value & RemoteIrrBit) != 0;

    /// <summary>Whether its pin is level-triggered: SMI, NMI and INIT are edge-triggered whatever bit 15 says.</summary>
    public bool IsLevel => (Value & LevelBit) != 0 && Mode is not (DeliveryMode.Smi or DeliveryMode.Nmi or DeliveryMode.Init);

    /// <summary>Bit 16.</summary>
    public bool IsMasked => (Value & MaskBit) != 0;

    /// <summary>Bits 18:17.</summary>
    public TimerMode TimerMode => (TimerMode)((Value >> TimerModeShift) & 3);
}
