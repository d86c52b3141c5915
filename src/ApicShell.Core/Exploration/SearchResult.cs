using System.Collections.Generic;

namespace ApicShell.Exploration;

/// <summary>What a search found, or several that were its parts.</summary>
public sealed class SearchResult
{
    /// <summary>The depth of a search that knows of no end to it.</summary>
    public const int AnyDepth = int.MaxValue;

    /// <summary>How it ended.</summary>
    public SearchStatus Status { get; init; }

    /// <summary>
    /// The depth of the counterexample; without one, the depth up to which it is known that no step breaks a property:
    /// <see cref="AnyDepth"/> of a complete search.
    /// </summary>
    public int Depth { get; init; }

    /// <summary>
    /// Distinct states of all levels that were completed. Merged, the sum over the parts: it counts a state once for each part that saw it.
    /// </summary>
    public long States { get; init; }

    /// <summary>
    /// Steps that were tried from the states of levels that were tried in full, those not possible left out. Merged, the sum over the parts.
    /// </summary>
    public long Successors { get; init; }

    /// <summary>
    /// How many of the states are at each depth, from 0: of a complete search the last is the depth of the deepest state. Merged, sums over the
    /// parts, for which states may be deeper: it takes a part longer to come to what another part is nearer to.
    /// </summary>
    public IReadOnlyList<long> DepthCounts { get; init; } = [];

    /// <summary>The most bytes that were taken at a time. Merged, the most that a part took.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>
    /// The chance is not greater than this that two of the states have one fingerprint, so that one of them was overlooked:
    /// n(n-1)/2^129 of n states. Merged, the sum over the parts.
    /// </summary>
    public double CollisionBound { get; init; }

    /// <summary>The way to a broken property, where there is one.</summary>
    public Counterexample? Counterexample { get; init; }

    /// <summary>What was searched: <see cref="StateSpace.Identity"/>.</summary>
    public Fingerprint Identity { get; init; }

    /// <summary>Which part this is, from 1; of a whole or merged search 1.</summary>
    public int Part { get; init; }

    /// <summary>Whether it is merged of parts, so that its counts are sums that count some states several times.</summary>
    public bool IsMerged { get; init; }

    /// <summary>Into how many parts the search was split; of a whole or merged search 1.</summary>
    public int PartCount { get; init; }

    /// <summary>
    /// One answer of all parts of a search: its status, depth and counterexample are those of the search in one. Counts are sums over the parts,
    /// which count what several of them saw several times. Where all is seen only a little before the greatest depth that was asked for, the parts may
    /// not come to see all of it up to there, and the answer is that the depth was reached instead of complete.
    /// </summary>
    /// <param name="parts">The results of all parts, in any order.</param>
    /// <exception cref="SearchMergeException">They are not the results of all parts of one search.</exception>
    public static SearchResult Merge(IEnumerable<SearchResult> parts) => SearchMerge.Merge(parts);
}
