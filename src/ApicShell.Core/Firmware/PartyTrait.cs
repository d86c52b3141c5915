using ApicShell.Architecture;

namespace ApicShell.Firmware;

/// <summary>What a version of a party does that matters here.</summary>
/// <param name="Text">In one sentence.</param>
/// <param name="Source">Where that was read, or what it was concluded from.</param>
/// <param name="Grade">Whether a source says so, or it is concluded.</param>
/// <param name="Effect">What it is in the model; nothing where the model does the same by itself.</param>
public sealed record PartyTrait(string Text, string Source, RuleGrade Grade, ApicDesign Effect)
{
    /// <summary>The condition of a comparison that cannot happen for it; null for none.</summary>
    public DesignCondition? Excludes { get; init; }
}
