using System.Linq;
using ApicShell.Architecture;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>A version of a party: what it does, as far as it matters here. It never changes.</summary>
public sealed class ApicPartyVersion
{
    internal ApicPartyVersion(PartyVersion core)
    {
        Core = core;
        Trait = [.. core.Traits.Select(trait => new ApicPartyTrait(trait))];
    }

    /// <summary>The party.</summary>
    public Party Party => Core.Party;

    /// <summary>The name, unique for the party.</summary>
    public string Name => Core.Name;

    /// <summary>What it is, in one line.</summary>
    public string Title => Core.Title;

    /// <summary>Of when it is; empty where it is of no time.</summary>
    public string Date => Core.Date;

    /// <summary>What it does, with source and grade.</summary>
    public ApicPartyTrait[] Trait { get; }

    /// <summary>What it does, a line each: <c>-</c> where a source says so, <c>?</c> where it is concluded, <c>x</c> where a condition cannot happen.</summary>
    public string[] Does => [.. Trait.Select(trait => $"{(trait.Excludes is not null ? 'x' : trait.Grade == RuleGrade.Inferred ? '?' : '-')} {trait.Text}")];

    internal PartyVersion Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
