namespace ApicShell.Architecture;

/// <summary>
/// What a local APIC makes of an access, before the way there is added: the part of an <see cref="Answer"/> that two machine registers
/// hold. Its only fault is #GP(0).
/// </summary>
internal readonly struct ApicResult
{
    public ApicResult(Outcome outcome, RuleId rule, ulong value = 0, Responder responder = Responder.LocalApic)
    {
        Value = value;
        Outcome = outcome;
        Responder = responder;
        Rule = rule;
    }

    public ulong Value { get; }

    public Outcome Outcome { get; }

    public Responder Responder { get; }

    public RuleId Rule { get; }

    public static ApicResult Read(ulong value, RuleId rule) => new(Outcome.Value, rule, value);

    public static ApicResult Done(RuleId rule) => new(Outcome.Done, rule);

    public static ApicResult Dropped(RuleId rule) => new(Outcome.Dropped, rule);

    public static ApicResult Undefined(RuleId rule) => new(Outcome.Undefined, rule);

    /// <summary>What a read or write ends with that nobody claims; ones are as wide as the access.</summary>
    public static ApicResult Unclaimed(in Access access, RuleId rule) => access.IsWrite
        ? new(Outcome.Dropped, rule, responder: Responder.Nobody)
        : new(Outcome.Unclaimed, rule, ulong.MaxValue >> (64 - (8 * access.Size)), Responder.Nobody);

    /// <summary>A fault, or a refusal where the host asked.</summary>
    public static ApicResult Refuse(AccessOrigin origin, RuleId rule) =>
        new(origin == AccessOrigin.Host ? Outcome.Rejected : Outcome.Fault, rule);
}
