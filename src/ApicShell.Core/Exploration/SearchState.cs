using System.Collections.Generic;

namespace ApicShell.Exploration;

/// <summary>How far a search has come, between levels or in the middle of one while no worker runs: all that a checkpoint keeps.</summary>
internal sealed class SearchState(VisitedSet visited, Frontier current, Frontier next)
{
    /// <summary>States seen.</summary>
    public VisitedSet Visited { get; } = visited;

    /// <summary>Depth of the states that are expanded now or next.</summary>
    public int Depth { get; set; }

    /// <summary>States of that depth that are still to expand.</summary>
    public Frontier Current { get; set; } = current;

    /// <summary>States one deeper, found so far.</summary>
    public Frontier Next { get; set; } = next;

    /// <summary>States of this depth that the part has to expand in all, whether they were or not.</summary>
    public long FrontierCount { get; set; }

    /// <summary>States at each depth, completed levels only.</summary>
    public List<long> DepthCounts { get; } = [];

    /// <summary>States one deeper than the current ones, found so far.</summary>
    public long NextCount { get; set; }

    /// <summary>Steps from the states of completed levels.</summary>
    public long Successors { get; set; }

    /// <summary>Steps from states of this level, so far.</summary>
    public long LevelSuccessors { get; set; }

    /// <summary>Whether the frontier was dealt out to the parts.</summary>
    public bool IsSplit { get; set; }

    /// <summary>The smallest state of this level, so far, from which a step breaks a property.</summary>
    public Fingerprint? Broken { get; set; }

    /// <summary>Goes on to the next level; the frontiers change places.</summary>
    public void EndLevel()
    {
        Successors += LevelSuccessors;
        if (NextCount > 0)
        {
            DepthCounts.Add(NextCount);
        }

        (Current, Next) = (Next, Current);
        FrontierCount = NextCount;
        LevelSuccessors = NextCount = 0;
        Depth++;
    }
}
