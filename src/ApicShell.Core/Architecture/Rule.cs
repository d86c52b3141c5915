namespace ApicShell.Architecture;

/// <summary>How well a rule is founded.</summary>
public enum RuleGrade
{
    /// <summary>Seen on a real KVM.</summary>
    Recorded,

    /// <summary>Stated by a manual, a specification or the source code of the implementation it is about.</summary>
    Documented,

    /// <summary>Concluded from those; no source says it.</summary>
    Inferred,

    /// <summary>The source leaves it open, and so does the emulator: a result by this rule is never compared.</summary>
    Undefined,
}

/// <summary>Why an access ended as it did.</summary>
/// <param name="Id">The rule's name, stable: scripts and tests may use it.</param>
/// <param name="Sentence">The rule in one sentence.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="Grade">How well it is founded.</param>
public sealed record Rule(string Id, string Sentence, string Source, RuleGrade Grade)
{
    /// <summary>A rule that <see cref="RuleId"/> names.</summary>
    internal Rule(RuleId id, string sentence, string source, RuleGrade grade)
        : this(id.ToString(), sentence, source, grade)
    {
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Sentence} ({Source})";
}
