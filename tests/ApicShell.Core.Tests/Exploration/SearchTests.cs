using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Exploration;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Searches whose answer is known.</summary>
public class SearchTests
{
    [Theory]
    [InlineData(1, true, 0)]
    [InlineData(2, true, 1)]
    [InlineData(1000, false, 999)]
    [InlineData(1000, true, 500)]
    [InlineData(1001, true, 500)]
    public void A_counter_is_searched_to_its_deepest_state(int modulus, bool isTwoWay, int deepest)
    {
        SearchResult result = Search.Run(() => new CounterSpace((ulong)modulus, isTwoWay), new());
        Assert.Equal((SearchStatus.Complete, SearchResult.AnyDepth, modulus), (result.Status, result.Depth, result.States));
        Assert.Equal(modulus * (isTwoWay ? 2 : 1), result.Successors);
        Assert.Equal(deepest + 1, result.DepthCounts.Count);
        Assert.Null(result.Counterexample);
        Assert.Equal((1, 1), (result.Part, result.PartCount));
        Assert.Equal(new CounterSpace((ulong)modulus, isTwoWay).Identity, result.Identity);
        Assert.Equal(modulus * (modulus - 1.0) / Math.Pow(2, 129), result.CollisionBound, 1e-50);
    }

    [Fact]
    public void A_way_may_be_thousands_of_steps_long()
    {
        SearchResult result = Search.Run(() => new CounterSpace(10_000, false, 4999), new());
        Assert.Equal((SearchStatus.Broken, 4999), (result.Status, result.Depth));
        Assert.All(result.Counterexample!.Letters, letter => Assert.Equal(0, letter));
        Assert.Equal(7, result.Counterexample.Property);
    }

    [Fact]
    public void Four_gallons_take_six_steps()
    {
        SearchResult result = Search.Run(() => new JugSpace(), new());
        Assert.Equal((SearchStatus.Broken, 6), (result.Status, result.Depth));

        // Fill 5, pour it to 3, empty 3, pour, fill 5, pour.
        Assert.Equal([1, 5, 2, 5, 1, 5], result.Counterexample!.Letters);
        Assert.Equal(1, result.Counterexample.Property);
        Assert.True(result.Counterexample.IsCanonical);
    }

    [Theory]
    [InlineData(5, SearchStatus.DepthReached, 5)]
    [InlineData(6, SearchStatus.Broken, 6)]
    public void The_greatest_depth_is_searched_and_no_deeper(int maxDepth, SearchStatus status, int depth)
    {
        SearchResult result = Search.Run(() => new JugSpace(), new() { MaxDepth = maxDepth });
        Assert.Equal((status, depth), (result.Status, result.Depth));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_puzzle_has_the_known_number_of_states_at_each_depth(int workers)
    {
        SearchResult result = Search.Run(() => new PuzzleSpace(), new() { Workers = workers });
        Assert.Equal((SearchStatus.Complete, SearchResult.AnyDepth, 181_440L), (result.Status, result.Depth, result.States));
        Assert.Equal(PuzzleSpace.DepthCounts, result.DepthCounts);

        // Four steps from the middle, three from an edge, two from a corner; the hole is in each place as often.
        Assert.Equal(181_440 / 9 * (4 + (4 * 3) + (4 * 2)), result.Successors);
    }

    [Fact]
    public void The_way_breaks_the_property_when_it_is_walked()
    {
        SearchResult result = Search.Run(() => new PuzzleSpace("876543210"), new());
        Assert.Equal((SearchStatus.Broken, 28, 3), (result.Status, result.Depth, result.Counterexample!.Property));

        var space = new PuzzleSpace("876543210");
        ulong[] words = new ulong[space.WordCount];
        List<Fingerprint> states = [space.WriteRoot(words, 0)];
        foreach (int letter in result.Counterexample.Letters.SkipLast(1))
        {
            space.Enter(words, 0);
            states.Add(space.Try(letter).Fingerprint);
            space.Save(words, 0);
        }

        Assert.Equal(states, result.Counterexample.States);
        space.Enter(words, 0);
        Assert.Equal(StepKind.Broken, space.Try(result.Counterexample.Letters[^1]).Kind);
    }

    [Property(MaxTest = 400)]
    [Trait("Speed", "Slow")]
    public void A_graph_is_searched_as_in_the_plainest_way(int seed, bool isWeak, byte depth)
    {
        var graph = new GraphSpace(seed, isWeak);
        int maxDepth = depth % 3 == 0 ? 1 + (depth / 8) : SearchOptions.DepthLimit;
        string expected = SearchReference.Answer(graph, maxDepth);
        foreach (int workers in (int[])[1, 3])
        {
            Assert.Equal(expected, SearchReference.Describe(Search.Run(() => new GraphSpace(seed, isWeak), new() { MaxDepth = maxDepth, Workers = workers })));
        }
    }

    /// <summary>What the property before is worth depends on what graphs it draws.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void Graphs_drawn_by_lot_end_in_all_ways_and_not_at_once()
    {
        SearchResult[] results = [.. Enumerable.Range(0, 200).Select(seed => Search.Run(() => new GraphSpace(seed, false), new()))];
        Assert.InRange(results.Count(result => result.Status == SearchStatus.Complete), 20, 180);
        Assert.InRange(results.Count(result => result.Status == SearchStatus.Broken && result.Depth > 5), 20, 180);
    }

    [Theory]
    [InlineData(3, 4, true, SearchStatus.Broken, 12)]
    [InlineData(4, 5, true, SearchStatus.Broken, 20)]
    [InlineData(3, 4, false, SearchStatus.Complete, SearchResult.AnyDepth)]
    public void Folded_states_give_the_answer_of_all(int tokens, ulong top, bool breaks, SearchStatus status, int depth)
    {
        SearchResult all = Search.Run(() => new TokenSpace(tokens, top, false, breaks), new());
        SearchResult folded = Search.Run(() => new TokenSpace(tokens, top, true, breaks), new());
        Assert.Equal((status, depth), (all.Status, all.Depth));
        Assert.Equal((status, depth), (folded.Status, folded.Depth));
        Assert.Equal(all.DepthCounts.Count, folded.DepthCounts.Count);
        Assert.InRange(folded.States, 1, all.States / 3);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void The_answer_is_the_same_with_any_number_of_workers()
    {
        Func<StateSpace>[] spaces =
        [
            () => new PuzzleSpace("876543210"),
            () => new SwitchSpace(13, 13),
            () => new SwitchSpace(14, 40, broken: 6),
            () => new TokenSpace(6, 5, isFolded: true),
            () => new TokenSpace(5, 4, isFolded: false),
        ];
        foreach (Func<StateSpace> space in spaces)
        {
            string one = SearchReference.Describe(Search.Run(space, new() { Workers = 1 }));
            Assert.Equal(one, SearchReference.Describe(Search.Run(space, new() { Workers = 2 })));
            Assert.Equal(one, SearchReference.Describe(Search.Run(space, new() { Workers = 4 })));
        }
    }

    [Fact]
    public void Progress_is_told_on_the_thread_that_searches()
    {
        List<SearchProgress> told = [];
        int thread = Environment.CurrentManagedThreadId;
        SearchResult result = Search.Run(() => new SwitchSpace(12, 12), new()
        {
            Workers = 3,
            Progress = now =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                told.Add(now);
            },
        });
        Assert.Equal(Enumerable.Range(0, 14), told.Select(now => now.Depth).Distinct());
        Assert.True(told.Zip(told.Skip(1), (before, now) => before.States <= now.States && before.Successors <= now.Successors).All(rises => rises));
        Assert.Equal((result.States, result.Successors, 0L), (told[^1].States, told[^1].Successors, told[^1].Frontier));
        Assert.All(told, now => Assert.InRange(now.MemoryBytes, 1, result.MemoryBytes));
        Assert.Contains(told, now => now.Frontier > 0);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        SearchOptions[] wrong =
        [
            new() { MaxDepth = 0 }, new() { MaxDepth = SearchOptions.DepthLimit + 1 }, new() { MaxMemory = 0 }, new() { Workers = 0 },
            new() { PartCount = 0 }, new() { Part = 0 }, new() { Part = 3, PartCount = 2 },
        ];
        Assert.All(wrong, options => Assert.Throws<ArgumentOutOfRangeException>(() => Search.Run(() => new JugSpace(), options)));
        Assert.Throws<ArgumentNullException>(() => Search.Run(null!, new()));
        Assert.Throws<ArgumentNullException>(() => Search.Run(() => new JugSpace(), null!));
    }
}
