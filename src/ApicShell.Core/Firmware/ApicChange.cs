using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;

namespace ApicShell.Firmware;

/// <summary>One thing that a party would have to do otherwise: what designs and remedies are made of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What is done, in one line.</param>
/// <param name="Parties">Who has to act; several where it cannot be done by one alone.</param>
/// <param name="Effect">What it is in the model: the knobs that it turns.</param>
public sealed record ApicChange(string Name, string Title, IReadOnlyList<Party> Parties, ApicDesign Effect)
{
    /// <summary>What speaks for it.</summary>
    public string For { get; init; } = "";

    /// <summary>What speaks against it.</summary>
    public string Against { get; init; } = "";

    /// <summary>Where it comes from; empty for one of ApicShell's own.</summary>
    public string Source { get; init; } = "";

    /// <summary>Whether the model of it follows a source, or is concluded.</summary>
    public RuleGrade Grade { get; init; } = RuleGrade.Documented;

    /// <summary>Whether this change and another turn a knob that has one value at a time, so that only one of them can be made.</summary>
    public bool Excludes(ApicChange other) => DesignKnob.All.Any(knob =>
        knob.Parties.Count > 0 && !knob.IsJoined && knob.IsTurned(Effect) && knob.IsTurned(other.Effect) && knob.Write(Effect) != knob.Write(other.Effect));

    /// <summary>Whether it would do anything to things as they stand.</summary>
    public bool Acts(ApicDesign standing)
    {
        ApicDesign changed = Effect.On(standing);
        return DesignKnob.All.Any(knob => knob.Parties.Count > 0 && knob.Write(changed) != knob.Write(standing));
    }
}
