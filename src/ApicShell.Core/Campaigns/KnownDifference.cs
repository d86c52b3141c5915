using System;

namespace ApicShell.Campaigns;

/// <summary>A difference that somebody knows and can explain.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Explanation">Why the machines differ, a sentence.</param>
/// <param name="Reaches">Whether a script may show it.</param>
/// <param name="Shows">The operation in which it shows; null for any.</param>
public sealed record KnownDifference(string Name, string Explanation, Predicate<ScriptText> Reaches, ScriptPattern? Shows = null)
{
    /// <summary>Whether it may be what a script shows.</summary>
    /// <param name="script">The script.</param>
    /// <param name="operation">The operation in which the machines differ.</param>
    public bool Explains(ScriptText script, string operation) => Reaches(script) && (Shows?.Matches(operation.Split(' ')) ?? true);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
