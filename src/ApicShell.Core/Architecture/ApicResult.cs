namespace ApicShell.Architecture;

/// <summary>
/// What a local APIC makes of an access, before the way there is added: the part of an <see cref="Answer"/> that two processor registers
/// hold. Its only fault is #GP(0).
/// </summary>
public readonly struct ApicResult
{
    // Packed by shifts into eight bytes: parts stored one by one and loaded as a whole would stall the processor on every access.
    private readonly ulong _packed;

    internal ApicResult(Outcome outcome, RuleId rule, ulong value = 0, Responder responder = Responder.LocalApic)
    {
        Value = value;
        _packed = (ulong)outcome | ((ulong)responder << 8) | ((ulong)rule << 16);
    }

    /// <summary>What a read returned; all ones when unclaimed, 0 when there is no value.</summary>
    public ulong Value { get; }

    /// <summary>How the access ended.</summary>
    public Outcome Outcome => (Outcome)_packed;

    /// <summary>Who answered.</summary>
    public Responder Responder => (Responder)(_packed >> 8);

    /// <summary>By which rule.</summary>
    public RuleId Rule => (RuleId)(_packed >> 16);

    /// <summary>Whether the access did what it was for: a read has a value, a write took effect.</summary>
    public bool Succeeded => Outcome is Outcome.Value or Outcome.Done;

    internal static ApicResult Read(ulong value, RuleId rule) => new(Outcome.Value, rule, value);

    internal static ApicResult Done(RuleId rule) => new(Outcome.Done, rule);

    internal static ApicResult Dropped(RuleId rule) => new(Outcome.Dropped, rule);

    internal static ApicResult Undefined(RuleId rule) => new(Outcome.Undefined, rule);

    /// <summary>A fault, or a refusal where the host asked.</summary>
    internal static ApicResult Refuse(AccessOrigin origin, RuleId rule) =>
        new(origin == AccessOrigin.Host ? Outcome.Rejected : Outcome.Fault, rule);
}
