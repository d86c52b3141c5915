using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Exploration;

/// <summary>Makes one answer of the results of all parts.</summary>
internal static class SearchMerge
{
    public static SearchResult Merge(IEnumerable<SearchResult> parts)
    {
        SearchResult[] results = Check(parts);
        Counterexample? shortest = Shortest(results);
        SearchResult[] open = [.. results.Where(result => result.Status != SearchStatus.Complete)];
        return new()
        {
            Status = shortest is not null ? SearchStatus.Broken : open.Length == 0 ? SearchStatus.Complete : open.Max(result => result.Status),
            Depth = shortest is not null ? shortest.Letters.Count
                : open.Length == 0 ? SearchResult.AnyDepth
                : open.Min(result => result.Depth),
            Counterexample = shortest,
            States = results.Sum(result => result.States),
            Successors = results.Sum(result => result.Successors),
            DepthCounts = [.. Enumerable.Range(0, results.Max(result => result.DepthCounts.Count))
                .Select(depth => results.Sum(result => depth < result.DepthCounts.Count ? result.DepthCounts[depth] : 0))],
            MemoryBytes = results.Max(result => result.MemoryBytes),
            CollisionBound = results.Sum(result => result.CollisionBound),
            Identity = results[0].Identity,
            Part = 1,
            PartCount = 1,
            IsMerged = true,
        };
    }

    private static Counterexample? Shortest(SearchResult[] results)
    {
        Counterexample? shortest = null;
        foreach (SearchResult result in results)
        {
            if (result.Counterexample is { } other && (shortest is null || other.CompareTo(shortest) < 0))
            {
                shortest = other;
            }
        }

        // A part that knows less deep may have a shorter one still, or one that comes first; so may one that was stopped in the middle of that depth.
        return shortest?.WithCanonical(results.All(result =>
            result.Depth > shortest.Letters.Count
            || (result.Depth == shortest.Letters.Count && result.Counterexample?.IsCanonical != false)));
    }

    private static SearchResult[] Check(IEnumerable<SearchResult> parts)
    {
        SearchResult[] results = [.. parts ?? throw new ArgumentNullException(nameof(parts))];
        Require(results.Length > 0, SearchMergeProblem.Missing, "There are no results to merge.");
        Require(!results.Contains(null!), SearchMergeProblem.Missing, "One of the results is null.");

        SearchResult first = results[0];
        foreach (SearchResult result in results)
        {
            Require(
                result.Identity == first.Identity,
                SearchMergeProblem.OtherSearch,
                $"The results are of different searches: {first.Identity} and {result.Identity}. "
                + "Merge the parts of one search, made with the same machine, design, letters and properties.");
            Require(
                result.PartCount == first.PartCount,
                SearchMergeProblem.OtherSplit,
                $"The results are of searches split differently: into {first.PartCount} parts and into {result.PartCount}. Merge the parts of one split.");
        }

        IGrouping<int, SearchResult>[] byPart = [.. results.GroupBy(result => result.Part)];
        foreach (IGrouping<int, SearchResult> part in byPart)
        {
            Require(part.Count() == 1, SearchMergeProblem.Repeated, $"Part {part.Key} of {first.PartCount} is there {part.Count()} times. Merge each part once.");
        }

        int[] missing = [.. Enumerable.Range(1, first.PartCount).Except(byPart.Select(part => part.Key))];
        Require(
            missing.Length == 0,
            SearchMergeProblem.Missing,
            $"Of {first.PartCount} parts, these are missing: {string.Join(", ", missing.Take(10))}{(missing.Length > 10 ? ", …" : "")}. "
            + "Merge the results of all parts.");
        return results;
    }

    private static void Require(bool right, SearchMergeProblem problem, string message)
    {
        if (!right)
        {
            throw new SearchMergeException(problem, message);
        }
    }
}
