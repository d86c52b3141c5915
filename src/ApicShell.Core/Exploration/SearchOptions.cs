using System;

namespace ApicShell.Exploration;

/// <summary>
/// How far and with what a search goes. Nothing in here but the depth, the memory and the part changes its answer. Where memory is what ends it, the
/// number of workers can make a difference of a level, for each has its own chunk of states under way.
/// </summary>
public sealed class SearchOptions
{
    /// <summary>The greatest depth that can be asked for.</summary>
    public const int DepthLimit = 1_000_000;

    /// <summary>The most parts that a search can be split into.</summary>
    public const int MostParts = 65536;

    /// <summary>Steps from the root at the most, 1 to <see cref="DepthLimit"/>.</summary>
    public int MaxDepth { get; init; } = DepthLimit;

    /// <summary>Bytes that states seen and states still to expand may take together.</summary>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>How many states are expanded at the same time, each by a thread of its own; as many as there are processors unless told otherwise.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Which part of the search this one is, from 1. Parts may run anywhere; <see cref="SearchResult.Merge"/> makes one answer of theirs.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Into how many parts the search is split.</summary>
    public int PartCount { get; init; } = 1;

    /// <summary>
    /// Told how the search gets on: at the end of each level and often in between, always on the thread that runs the search. What it
    /// throws ends the search.
    /// </summary>
    public Action<SearchProgress>? Progress { get; init; }

    /// <summary>Where the search is kept so that another can go on with it; where there is one already, this search goes on with it.</summary>
    public SearchCheckpoint? Checkpoint { get; init; }

    internal void Validate()
    {
        Require(MaxDepth is >= 1 and <= DepthLimit, nameof(MaxDepth), $"The depth is to be from 1 to {DepthLimit}.");
        Require(MaxMemory >= 1, nameof(MaxMemory), "The memory is to be 1 byte or more.");
        Require(Workers is >= 1 and <= 1024, nameof(Workers), "The workers are to be from 1 to 1024.");
        Require(PartCount is >= 1 and <= MostParts, nameof(PartCount), $"The number of parts is to be from 1 to {MostParts}.");
        Require(Part >= 1 && Part <= PartCount, nameof(Part), $"The part is to be from 1 to the number of parts, {PartCount}.");
    }

    private static void Require(bool right, string name, string message)
    {
        if (!right)
        {
            throw new ArgumentOutOfRangeException(name, message);
        }
    }
}
