using System.Linq;
using ApicShell.Firmware;
using ApicShell.Remedies;

namespace ApicShell;

/// <summary>Remedies that are alike: each takes one change of each group. A snapshot.</summary>
public sealed class ApicRemedyFamily
{
    internal ApicRemedyFamily(RemedyFamily core, double cost)
    {
        (Cost, Count, Text) = (cost, core.Count, core.ToString());
        Party = [.. core.Groups.SelectMany(group => group).SelectMany(change => change.Parties).Distinct().OrderBy(party => party)];
    }

    /// <summary>What the cheapest of them costs.</summary>
    public double Cost { get; }

    /// <summary>How many remedies it stands for.</summary>
    public int Count { get; }

    /// <summary>Who acts in one of them or another.</summary>
    public Party[] Party { get; }

    /// <summary>The groups, <c>|</c> between what stands in the place of each other.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
