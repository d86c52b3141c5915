using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What a vCPU takes.</summary>
public enum TakenKind : byte
{
    /// <summary>Nothing: nothing is pending that may be taken.</summary>
    None,

    /// <summary>A fixed interrupt: its vector went from IRR to ISR.</summary>
    Fixed,

    /// <summary>The spurious vector; nothing is in service for it.</summary>
    Spurious,

    /// <summary>An interrupt whose vector came from a legacy interrupt controller; nothing is in service for it.</summary>
    ExtInt,

    /// <summary>An NMI.</summary>
    Nmi,

    /// <summary>An SMI.</summary>
    Smi,

    /// <summary>An exception or INT n that was injected again, after an intercept had hit it.</summary>
    Exception,
}

/// <summary>What a vCPU took.</summary>
public readonly record struct TakenInterrupt
{
    // One number, as in Answer: two bytes stored apart and loaded together would stall.
    private readonly uint _packed;

    /// <summary>What was taken.</summary>
    /// <param name="kind">What it was.</param>
    /// <param name="vector">Its vector.</param>
    public TakenInterrupt(TakenKind kind, byte vector) => _packed = ((uint)kind << 8) | vector;

    private TakenInterrupt(uint packed) => _packed = packed;

    /// <summary>What it was.</summary>
    public TakenKind Kind => (TakenKind)(_packed >> 8);

    /// <summary>Its vector; 2 of an NMI, 0 of an SMI and of nothing.</summary>
    public byte Vector => (byte)_packed;

    /// <summary>What was taken as one number: the value of the answer, which <see cref="Of"/> takes back.</summary>
    public uint Bits => _packed;

    /// <summary>What the answer of a take or an acknowledge says.</summary>
    public static TakenInterrupt Of(in Answer answer) => new((uint)answer.Value);

    internal Answer AsAnswer() => _packed == 0 ? Answer.Dropped(RuleId.None) : Answer.Read(_packed, RuleId.InterruptTaken);
}
