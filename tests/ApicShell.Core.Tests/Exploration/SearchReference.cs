using System.Collections.Generic;
using System.Linq;
using ApicShell.Exploration;

namespace ApicShell.Tests;

/// <summary>The same question to a graph, answered in the plainest way.</summary>
internal static class SearchReference
{
    public static string Answer(GraphSpace graph, int maxDepth)
    {
        Dictionary<int, int> levels = new() { [0] = 0 };
        List<int> level = [0];
        List<long> counts = [1];
        long successors = 0;
        for (int depth = 0; depth < maxDepth && level.Count > 0; depth++)
        {
            successors += level.Sum(node => graph.Steps[node].Count(to => to != GraphSpace.Nowhere));
            int[] broken = [.. level.Where(node => graph.Steps[node].Any(to => to < GraphSpace.Nowhere))];
            if (broken.Length > 0)
            {
                return Describe(SearchStatus.Broken, depth + 1, counts, successors, Way(graph, levels, broken.MinBy(graph.FingerprintOf)));
            }

            List<int> next = [];
            foreach (int to in level.SelectMany(node => graph.Steps[node]).Where(to => to >= 0 && levels.TryAdd(to, depth + 1)))
            {
                next.Add(to);
            }

            level = next;
            if (next.Count > 0)
            {
                counts.Add(next.Count);
            }
        }

        return level.Count == 0
            ? Describe(SearchStatus.Complete, SearchResult.AnyDepth, counts, successors, null)
            : Describe(SearchStatus.DepthReached, maxDepth, counts, successors, null);
    }

    /// <summary>All that does not depend on memory.</summary>
    public static string Describe(SearchResult result)
    {
        Assert(result);
        return Describe(result.Status, result.Depth, result.DepthCounts, result.Successors, Way(result));
    }

    /// <summary>What a merged search has in common with one in one.</summary>
    public static string DescribeAnswer(SearchResult result) => $"{result.Status} {result.Depth} {Way(result)}";

    private static string? Way(SearchResult result) => result.Counterexample is { } way
        ? $"{string.Join(' ', way.Letters)} breaks {way.Property} over {string.Join(' ', way.States)} {way.IsCanonical}"
        : null;

    private static string Way(GraphSpace graph, Dictionary<int, int> levels, int last)
    {
        List<int> nodes = [last];
        for (int level = levels[last]; level > 0; level--)
        {
            nodes.Insert(0, levels.Keys.Where(node => levels[node] == level - 1 && graph.Steps[node].Contains(nodes[0])).MinBy(graph.FingerprintOf));
        }

        int[] letters =
        [
            .. nodes.Zip(nodes.Skip(1), (from, to) => System.Array.IndexOf(graph.Steps[from], to)),
            System.Array.FindIndex(graph.Steps[last], to => to < GraphSpace.Nowhere),
        ];
        return $"{string.Join(' ', letters)} breaks {-1 - graph.Steps[last][letters[^1]]} over {string.Join(' ', nodes.Select(graph.FingerprintOf))} True";
    }

    private static string Describe(SearchStatus status, int depth, IEnumerable<long> counts, long successors, string? way) =>
        $"{status} {depth}, {successors} steps, levels {string.Join(' ', counts)}, {way}";

    private static void Assert(SearchResult result)
    {
        Xunit.Assert.Equal(result.DepthCounts.Sum(), result.States);
        Xunit.Assert.Equal(result.Status == SearchStatus.Broken, result.Counterexample is not null);
        if (result.Counterexample is { } way)
        {
            Xunit.Assert.Equal(result.Depth, way.Letters.Count);
            Xunit.Assert.Equal(result.Depth, way.States.Count);
        }
    }
}
