using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;

namespace ApicShell.Firmware;

/// <summary>A world: one version of each party. What a design does is true of a world.</summary>
public sealed class ApicWorld
{
    /// <summary>Makes a world.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="title">What it is, in one line.</param>
    /// <param name="versions">One version of each party.</param>
    /// <exception cref="ArgumentException">Of a party there is none, or more than one.</exception>
    public ApicWorld(string name, string title, IEnumerable<PartyVersion> versions)
    {
        (Name, Title) = (name, title);
        Versions = [.. versions.OrderBy(version => version.Party)];
        if (!Versions.Select(version => version.Party).SequenceEqual((Party[])Enum.GetValues(typeof(Party))))
        {
            throw new ArgumentException($"World \"{name}\" has {string.Join(", ", Versions.Select(version => $"{version.Party} {version.Name}"))}: a world has one version of each party.", nameof(versions));
        }

        AsItStands = Versions.Aggregate(new ApicDesign(), (under, version) => version.Effect.On(under)) with { Name = name, Title = title, World = name };
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public string Title { get; }

    /// <summary>One version of each party, in the order of <see cref="Party"/>.</summary>
    public IReadOnlyList<PartyVersion> Versions { get; }

    /// <summary>Things as they stand there: what all versions do together.</summary>
    public ApicDesign AsItStands { get; }

    /// <summary>What of it no source says, but was concluded: party, version, and the trait's sentence.</summary>
    public IEnumerable<string> Inferred => Versions.SelectMany(version => version.Traits.Where(trait => trait.Grade == RuleGrade.Inferred).Select(
        trait => $"{version.Party} {version.Name}: {trait.Text}"));

    /// <summary>Why a condition cannot happen there; null where it can.</summary>
    public PartyTrait? Exclusion(DesignCondition condition) =>
        Versions.SelectMany(version => version.Traits).FirstOrDefault(trait => trait.Excludes == condition);

    /// <summary>A world like this one with another version of a party.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="title">What it is.</param>
    /// <param name="others">The versions that take the place of those that are there.</param>
    public ApicWorld With(string name, string title, params PartyVersion[] others) =>
        new(name, title, Versions.Where(version => !others.Any(other => other.Party == version.Party)).Concat(others));
}
