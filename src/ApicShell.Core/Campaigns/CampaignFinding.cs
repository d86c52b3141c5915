using System.Collections.Generic;

namespace ApicShell.Campaigns;

/// <summary>A difference that a campaign found: plain numbers and texts.</summary>
public sealed record CampaignFinding
{
    /// <summary>The number of the script that showed it first.</summary>
    public long Number { get; init; }

    /// <summary>The shortest script that shows it, an operation a line; the last is the one in which the machines differ.</summary>
    public IReadOnlyList<string> Script { get; init; } = [];

    /// <summary>The first machine's line of that operation.</summary>
    public string First { get; init; } = "";

    /// <summary>The second machine's line of that operation.</summary>
    public string Second { get; init; } = "";

    /// <summary>The fields of the lines that are not the same.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What explains it; empty where nothing that is known does.</summary>
    public string Known { get; init; } = "";

    /// <summary>The explanation.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>How the differences looked, before they were shrunk, of which this was made, each look once.</summary>
    public IReadOnlyList<CampaignLook> Looks { get; init; } = [];

    /// <summary>How many scripts showed one like it.</summary>
    public long Count { get; init; } = 1;

    /// <summary>Whether nothing that is known explains it.</summary>
    public bool IsNew => Known.Length == 0;

    /// <summary>The operation in which the machines differ.</summary>
    public string Operation => Script.Count == 0 ? "" : Script[Script.Count - 1];
}
