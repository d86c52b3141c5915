namespace ApicShell.Confidential;

/// <summary>What kind of event EVENT_INJ and GUEST_EXITINTINFO hold (APM vol. 2, 15.20).</summary>
public enum InjectedEventType : byte
{
    /// <summary>An external interrupt.</summary>
    External = 0,

    /// <summary>An NMI.</summary>
    Nmi = 2,

    /// <summary>An exception.</summary>
    Exception = 3,

    /// <summary>INT n.</summary>
    Software = 4,
}

/// <summary>
/// EVENT_INJ and GUEST_EXITINTINFO of the VMSA: bits 7:0 vector, 10:8 type, 11 error code valid, 31 valid, 63:32 error code (APM vol. 2, 15.20).
/// </summary>
/// <param name="Value">The 64 bits.</param>
public readonly record struct EventInjection(ulong Value)
{
    private const ulong ValidBit = 1UL << 31;

    /// <summary>A valid event without an error code.</summary>
    public EventInjection(InjectedEventType type, byte vector)
        : this(ValidBit | ((ulong)type << 8) | vector)
    {
    }

    /// <summary>Whether there is an event.</summary>
    public bool IsValid => (Value & ValidBit) != 0;

    /// <summary>What it is.</summary>
    public InjectedEventType Type => (InjectedEventType)((Value >> 8) & 7);

    /// <summary>Its vector.</summary>
    public byte Vector => (byte)Value;

    /// <summary>Whether an error code goes with it.</summary>
    public bool HasErrorCode => (Value & (1 << 11)) != 0;

    /// <summary>The error code.</summary>
    public uint ErrorCode => (uint)(Value >> 32);

    /// <summary>Whether it is an external interrupt.</summary>
    public bool IsExternal => (Value & (ValidBit | (7 << 8))) == ValidBit;
}
