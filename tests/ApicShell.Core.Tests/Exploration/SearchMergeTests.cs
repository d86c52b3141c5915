using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Exploration;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>A search in parts is the search in one.</summary>
public class SearchMergeTests
{
    private static readonly Dictionary<string, Func<StateSpace>> s_spaces = new()
    {
        ["broken after the split"] = () => new PuzzleSpace("102345867"),
        ["broken before the split"] = () => new JugSpace(),
        ["complete"] = () => new TokenSpace(6, 3, isFolded: false, breaks: false),
        ["never enough states to split"] = () => new CounterSpace(500, true),
        ["broken in a part with little to do"] = () => new CounterSpace(500, true, 60),
        ["many ways to the same state"] = () => new SwitchSpace(12, 24, broken: 5),
        ["folded"] = () => new TokenSpace(7, 4, isFolded: true),
        ["folded and complete"] = () => new TokenSpace(7, 4, isFolded: true, breaks: false),
    };

    /// <summary>The searches in one that were made, by space and depth: there is no need to make them anew for each number of parts.</summary>
    private static readonly ConcurrentDictionary<(string Name, int MaxDepth), SearchResult> s_wholes = [];

    public static TheoryData<string, int, int> Splits()
    {
        TheoryData<string, int, int> splits = [];
        foreach (string name in s_spaces.Keys)
        {
            foreach (int parts in (int[])[1, 2, 3, 16])
            {
                splits.Add(name, parts, SearchOptions.DepthLimit);
                splits.Add(name, parts, 9);
            }
        }

        return splits;
    }

    [Theory]
    [MemberData(nameof(Splits))]
    [Trait("Speed", "Slow")]
    public void Parts_merged_answer_as_the_search_in_one(string name, int partCount, int maxDepth)
    {
        SearchResult whole = s_wholes.GetOrAdd((name, maxDepth), _ => Search.Run(s_spaces[name], new() { MaxDepth = maxDepth }));
        SearchResult[] parts = Parts(s_spaces[name], partCount, maxDepth);
        SearchResult merged = SearchResult.Merge(parts.Reverse());
        Assert.Equal(SearchReference.DescribeAnswer(whole), SearchReference.DescribeAnswer(merged));
        Assert.Equal((whole.Identity, 1, 1), (merged.Identity, merged.Part, merged.PartCount));
        Assert.Equal(parts.Sum(part => part.States), merged.States);
        Assert.Equal(parts.Sum(part => part.Successors), merged.Successors);
        Assert.Equal(merged.States, merged.DepthCounts.Sum());
        Assert.Equal(parts.Sum(part => part.CollisionBound), merged.CollisionBound);
        Assert.InRange(merged.States, whole.States, long.MaxValue);
    }

    [Property(MaxTest = 60)]
    [Trait("Speed", "Slow")]
    public void Parts_of_a_graph_answer_as_the_search_in_one(int seed, bool isWeak)
    {
        Func<StateSpace> space = () => new GraphSpace(seed, isWeak);
        string whole = SearchReference.DescribeAnswer(Search.Run(space, new()));
        Assert.All((int[])[2, 3, 16], parts => Assert.Equal(whole, SearchReference.DescribeAnswer(SearchResult.Merge(Parts(space, parts)))));
    }

    [Fact]
    public void A_part_does_only_its_share_once_there_is_enough_to_split()
    {
        SearchResult whole = Search.Run(() => new PuzzleSpace("102345867"), new());
        SearchResult[] parts = Parts(() => new PuzzleSpace("102345867"), 3);

        // The puzzle's levels grow to 64 times 3 at 286; till there the parts do the same, from there on each less.
        Assert.All(parts, part => Assert.Equal(PuzzleSpace.DepthCounts.Take(11), part.DepthCounts.Take(11)));
        Assert.All(parts, part => Assert.True(part.DepthCounts[11] < whole.DepthCounts[11]));
        Assert.InRange(parts.Sum(part => part.DepthCounts[11]), whole.DepthCounts[11], whole.DepthCounts[11] * 2);
    }

    /// <summary>Workers find the states in any order; what a part gets must not depend on that, for the parts do not know of each other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void States_are_dealt_out_in_the_order_of_their_fingerprints(int seed)
    {
        Fingerprint[] states = [.. Enumerable.Range(0, 500).Select(state => Fingerprint.Of([(ulong)state], 0, 1)).Order()];
        for (int part = 1; part <= 3; part++)
        {
            var budget = new MemoryBudget(1 << 20);
            var packing = new StatePacking([0]);
            var pool = new ChunkPool(budget, 1 << 20, packing.MaxBytes);
            var state = new SearchState(new(budget), new(pool), new(pool)) { FrontierCount = states.Length };
            var writer = new FrontierWriter(pool, packing) { Target = state.Current };
            foreach (Fingerprint found in states.OrderBy(found => (found.Low * (ulong)seed) % 1009))
            {
                Assert.True(writer.Reserve());
                writer.Add(found, [found.Low]);
            }

            writer.Flush();
            Assert.True(SearchPart.IsDue(state, 3));
            Assert.True(SearchPart.TrySplit(state, part, 3, pool, packing));
            Assert.False(SearchPart.IsDue(state, 3));

            List<Fingerprint> share = [];
            ulong[] words = [0];
            while (state.Current.TryTake(1, out FrontierSlice slice))
            {
                for (int at = slice.Start; at < slice.End; at += StatePacking.LengthAt(slice.Chunk.Bytes, at))
                {
                    share.Add(StatePacking.FingerprintAt(slice.Chunk.Bytes, at));
                    packing.Unpack(slice.Chunk.Bytes, at, words);
                    Assert.Equal(share[^1].Low, words[0]);
                }
            }

            Assert.Equal(states.Where((_, index) => index % 3 == part - 1), share.Order());
            Assert.Equal(share.Count, state.FrontierCount);
        }
    }

    [Fact]
    public void A_part_that_knows_less_deep_makes_the_answer_less_deep()
    {
        Func<StateSpace> space = () => new PuzzleSpace();
        SearchResult Part(int part, int depth) => Search.Run(space, new() { Part = part, PartCount = 3, MaxDepth = depth });
        SearchResult merged = SearchResult.Merge([Part(1, 18), Part(2, 15), Part(3, 40)]);
        Assert.Equal((SearchStatus.DepthReached, 15), (merged.Status, merged.Depth));
    }

    [Fact]
    public void A_break_is_not_called_the_first_where_a_part_knows_less_deep()
    {
        Func<StateSpace> space = () => new PuzzleSpace("102345867");
        SearchResult[] parts = Parts(space, 3);
        SearchResult broken = parts.First(part => part.Status == SearchStatus.Broken && part.Depth == 17);
        SearchResult[] Others(int depth) =>
            [.. parts.Where(part => part != broken).Select(part => Search.Run(space, new() { Part = part.Part, PartCount = 3, MaxDepth = depth }))];
        SearchResult early = SearchResult.Merge([broken, .. Others(16)]);
        Assert.Equal((SearchStatus.Broken, 17, false), (early.Status, early.Depth, early.Counterexample!.IsCanonical));
        Assert.True(SearchResult.Merge([broken, .. Others(17)]).Counterexample!.IsCanonical);
    }

    [Fact]
    public void What_are_not_all_parts_of_one_search_is_refused()
    {
        SearchResult[] parts = Parts(() => new JugSpace(), 3);
        SearchResult other = Search.Run(() => new CounterSpace(5, true), new() { Part = 3, PartCount = 3 });
        SearchResult ofTwo = Search.Run(() => new JugSpace(), new() { Part = 2, PartCount = 2 });
        Refused([parts[0], parts[1], other], SearchMergeProblem.OtherSearch, "different searches");
        Refused([parts[0], ofTwo], SearchMergeProblem.OtherSplit, "split differently: into 3 parts and into 2");
        Refused([parts[0], parts[2]], SearchMergeProblem.Missing, "these are missing: 2");
        Refused([parts[0]], SearchMergeProblem.Missing, "these are missing: 2, 3");
        Refused([parts[0], parts[1], parts[2], parts[1]], SearchMergeProblem.Repeated, "Part 2 of 3 is there 2 times");
        Refused([], SearchMergeProblem.Missing, "no results");
        Refused([parts[0], null!], SearchMergeProblem.Missing, "is null");
        Assert.Throws<ArgumentNullException>(() => SearchResult.Merge(null!));
    }

    private static void Refused(SearchResult[] results, SearchMergeProblem problem, string message)
    {
        SearchMergeException error = Assert.Throws<SearchMergeException>(() => SearchResult.Merge(results));
        Assert.Equal(problem, error.Problem);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The one way in which parts differ: they know nothing false, but may have to go deeper to have seen all.</summary>
    [Fact]
    public void Parts_that_have_not_seen_all_at_the_greatest_depth_say_so()
    {
        Func<StateSpace> space = () => new CounterSpace(500, true);
        SearchResult merged = SearchResult.Merge(Parts(space, 2, maxDepth: 300));
        Assert.Equal((SearchStatus.DepthReached, 300), (merged.Status, merged.Depth));
        Assert.Equal(SearchStatus.Complete, Search.Run(space, new() { MaxDepth = 300 }).Status);
        Assert.Equal(SearchStatus.Complete, SearchResult.Merge(Parts(space, 2, maxDepth: 500)).Status);
    }

    private static SearchResult[] Parts(Func<StateSpace> space, int count, int maxDepth = SearchOptions.DepthLimit) =>
        [.. Enumerable.Range(1, count).Select(part => Search.Run(space, new() { Part = part, PartCount = count, MaxDepth = maxDepth, Workers = 1 + (part % 2) }))];
}
