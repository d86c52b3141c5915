using System.Collections.Generic;

namespace ApicShell.Campaigns;

/// <summary>
/// How far a campaign has come: with it and the same machines another run goes on. Plain numbers and texts, so that it can be written in any form.
/// </summary>
public sealed record CampaignState
{
    /// <summary>Which scripts are made.</summary>
    public ulong Seed { get; init; }

    /// <summary>Which part it is, from 1.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Of how many: part i runs the scripts whose numbers leave i - 1 when divided by this.</summary>
    public int Of { get; init; } = 1;

    /// <summary>Scripts run.</summary>
    public long Scripts { get; init; }

    /// <summary>Scripts on which the machines differed.</summary>
    public long Different { get; init; }

    /// <summary>The differences, one of each kind, in the order in which they were found.</summary>
    public IReadOnlyList<CampaignFinding> Findings { get; init; } = [];

    /// <summary>The number of the next script.</summary>
    public long Next => Part - 1 + (Scripts * Of);
}
