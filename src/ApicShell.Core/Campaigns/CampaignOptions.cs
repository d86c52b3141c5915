using System;
using System.Collections.Generic;

namespace ApicShell.Campaigns;

/// <summary>How a campaign runs.</summary>
public sealed record CampaignOptions
{
    /// <summary>How many scripts this run may do at the most.</summary>
    public long MostScripts { get; init; } = long.MaxValue;

    /// <summary>How many times the two machines may run to shrink one difference.</summary>
    public int MostRunsToShrink { get; init; } = 2000;

    /// <summary>How many differences that look alike, and that the same known one may explain or that are new, are shrunk; most beyond are counted alone.</summary>
    public int MostAlike { get; init; } = 3;

    /// <summary>Of those beyond, one of so many is shrunk all the same: it may look alike and be another.</summary>
    public int ShrinkOneIn { get; init; } = 50;

    /// <summary>What is known, the first that explains a difference naming it.</summary>
    public IReadOnlyList<KnownDifference> Known { get; init; } = [];

    /// <summary>Whether the time is over: asked before each script, and while a difference is shrunk. There is no clock in the core.</summary>
    public Func<bool> IsTimeOver { get; init; } = () => false;

    /// <summary>Told of the state after each script.</summary>
    public Action<CampaignState> Progress { get; init; } = _ => { };
}
