using ApicShell.Architecture;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>What a version of a party does that matters here.</summary>
public sealed class ApicPartyTrait
{
    private readonly PartyTrait _core;

    internal ApicPartyTrait(PartyTrait core) => _core = core;

    /// <summary>In one sentence.</summary>
    public string Text => _core.Text;

    /// <summary>Where that was read, or what it was concluded from.</summary>
    public string Source => _core.Source;

    /// <summary>Whether a source says so, or it is concluded.</summary>
    public RuleGrade Grade => _core.Grade;

    /// <summary>The knobs that it turns, a line each; none where the model does the same by itself.</summary>
    public string[] Change => [.. DesignKnob.ChangesOf(_core.Effect)];

    /// <summary>The condition of a comparison that cannot happen for it; null for none.</summary>
    public DesignCondition? Excludes => _core.Excludes;

    internal PartyTrait Core => _core;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
