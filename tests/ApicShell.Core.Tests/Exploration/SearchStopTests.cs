using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using ApicShell.Exploration;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Searches that are stopped, and gone on with.</summary>
public class SearchStopTests
{
    private static readonly Func<Action<int>?, StateSpace>[] s_spaces =
    [
        tried => new SwitchSpace(11, 30) { Tried = tried },
        tried => new SwitchSpace(12, 24, broken: 6) { Tried = tried },
    ];

    [Fact]
    public void A_stopped_search_tells_what_is_fully_known()
    {
        using var stop = new CancellationTokenSource();
        SearchResult result = Search.Run(() => new SwitchSpace(14, 14), new() { Workers = 2, Progress = now => Stop(stop, now.Depth == 5) }, stop.Token);
        Assert.Equal((SearchStatus.Stopped, 5), (result.Status, result.Depth));
        Assert.Equal([1, 14, 91, 364, 1001, 2002], result.DepthCounts);
        Assert.Equal((1 + 14 + 91 + 364 + 1001) * 14, result.Successors);
        Assert.Null(result.Counterexample);
    }

    [Fact]
    public void A_search_that_may_not_begin_knows_nothing()
    {
        SearchResult result = Search.Run(() => new JugSpace(), new(), new(canceled: true));
        Assert.Equal((SearchStatus.Stopped, 0, 1L), (result.Status, result.Depth, result.States));
    }

    /// <summary>Loosely bound, as tests must be: steps of a millisecond, two hundred of them a state.</summary>
    [Fact]
    public void A_search_stops_in_the_middle_of_a_state()
    {
        using var stop = new CancellationTokenSource();
        var watch = new Stopwatch();
        int tries = 0;
        SearchResult result = Search.Run(
            () => new SwitchSpace(200, 200)
            {
                Tried = _ =>
                {
                    Thread.Sleep(1);
                    if (Interlocked.Increment(ref tries) == 50)
                    {
                        watch.Start();
                        stop.Cancel();
                    }
                },
            },
            new() { Workers = 2 },
            stop.Token);
        Assert.Equal((SearchStatus.Stopped, 0), (result.Status, result.Depth));
        Assert.InRange(tries, 50, 51);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_search_stopped_after_each_level_comes_to_the_same_answer(int space)
    {
        using var folder = new SearchFolder();
        var checkpoint = new SearchCheckpoint(folder.File("search"));
        List<int> depths = [];
        SearchResult result;
        do
        {
            using var stop = new CancellationTokenSource();
            int start = -1;
            result = Search.Run(() => s_spaces[space](null), new()
            {
                Workers = 2,
                Checkpoint = checkpoint,
                Progress = now =>
                {
                    start = start < 0 ? now.Depth : start;
                    Stop(stop, now.Frontier > 0 && now.Depth > start);
                },
            }, stop.Token);
            depths.Add(result.Depth);
        }
        while (result.Status == SearchStatus.Stopped);

        Assert.InRange(depths.Count, 5, 15);
        Assert.Equal(depths.Order().Distinct(), depths);
        Assert.Equal(SearchReference.Describe(Search.Run(() => s_spaces[space](null), new())), SearchReference.Describe(result));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [Trait("Speed", "Slow")]
    public void A_search_stopped_in_the_middle_of_levels_comes_to_the_same_answer_and_does_nothing_twice(int space, int workers)
    {
        using var folder = new SearchFolder();
        var checkpoint = new SearchCheckpoint(folder.File("search"));
        SearchResult result;
        long all = 0;
        int runs = 0;
        int ways = 0;
        do
        {
            using var stop = new CancellationTokenSource();
            int tries = 0;
            result = Search.Run(
                () => s_spaces[space](_ => Stop(stop, Interlocked.Increment(ref tries) == 1777)), new() { Workers = workers, Checkpoint = checkpoint }, stop.Token);
            all += tries;
            runs++;
            ways += result.Status == SearchStatus.Broken ? 1 : 0;
            if (result.Status == SearchStatus.Broken && !result.Counterexample!.IsCanonical)
            {
                // Found, and stopped before the rest of the level: the next run looks at that.
                Assert.Equal(Search.Run(() => s_spaces[space](null), new()).Depth, result.Depth);
            }
        }
        while (result.Status == SearchStatus.Stopped || result.Counterexample?.IsCanonical == false);

        SearchResult whole = Search.Run(() => s_spaces[space](null), new());
        Assert.Equal(SearchReference.Describe(whole), SearchReference.Describe(result));
        Assert.InRange(runs, 10, 100);

        // At each stop every worker may have left one state in the middle; a way is walked twice to find its letters.
        Assert.InRange(all, whole.Successors, whole.Successors + (runs * workers * 12) + (ways * 2 * 8 * 12));
    }

    [Property(MaxTest = 40)]
    [Trait("Speed", "Slow")]
    public void A_part_of_a_graph_stopped_anywhere_comes_to_the_same_answer(int seed, bool isWeak, byte stops)
    {
        using var folder = new SearchFolder();
        SearchOptions Options(SearchCheckpoint? checkpoint) => new() { Workers = 2, Part = 1 + (stops % 3), PartCount = 3, Checkpoint = checkpoint };
        var checkpoint = new SearchCheckpoint(folder.File("search"));
        SearchResult result;
        do
        {
            using var stop = new CancellationTokenSource();
            int told = 0;
            SearchOptions options = Options(checkpoint);
            result = Search.Run(
                () => new GraphSpace(seed, isWeak),
                new() { Workers = 2, Part = options.Part, PartCount = 3, Checkpoint = checkpoint, Progress = _ => Stop(stop, ++told > 1 + (stops % 7)) },
                stop.Token);
        }
        while (result.Status == SearchStatus.Stopped || result.Counterexample?.IsCanonical == false);

        Assert.Equal(SearchReference.Describe(Search.Run(() => new GraphSpace(seed, isWeak), Options(null))), SearchReference.Describe(result));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void A_search_goes_on_deeper_than_it_was_asked_before()
    {
        using var folder = new SearchFolder();
        var checkpoint = new SearchCheckpoint(folder.File("search"));
        SearchResult To(int depth) => Search.Run(() => new PuzzleSpace("876543210"), new() { MaxDepth = depth, Checkpoint = checkpoint });
        Assert.Equal((SearchStatus.DepthReached, 12), (To(12).Status, To(12).Depth));
        Assert.Equal((SearchStatus.DepthReached, 20), (To(20).Status, To(20).Depth));
        string whole = SearchReference.Describe(Search.Run(() => new PuzzleSpace("876543210"), new()));
        Assert.Equal(whole, SearchReference.Describe(To(40)));

        // And once more from its end.
        Assert.Equal(whole, SearchReference.Describe(To(40)));
    }

    [Fact]
    public void A_search_whose_memory_did_not_suffice_goes_on_with_more()
    {
        using var folder = new SearchFolder();
        var checkpoint = new SearchCheckpoint(folder.File("search"));
        SearchResult With(long memory) => Search.Run(() => new SwitchSpace(14, 14), new() { MaxMemory = memory, Checkpoint = checkpoint, Workers = 2 });
        SearchResult little = With(300_000);
        SearchResult again = With(300_000);
        SearchResult less = With(100_000);
        Assert.Equal(SearchStatus.MemoryBound, little.Status);
        Assert.Equal(SearchStatus.MemoryBound, again.Status);

        // From the file it is packed more densely, so that the level that did not fit may.
        Assert.InRange(again.Depth, little.Depth, little.Depth + 1);

        // With less than what is in the file, that cannot even be read: what it knows is told.
        Assert.Equal((SearchStatus.MemoryBound, again.States), (less.Status, less.States));
        Assert.InRange(less.Depth, again.Depth - 1, again.Depth);

        Assert.Equal(SearchReference.Describe(Search.Run(() => new SwitchSpace(14, 14), new())), SearchReference.Describe(With(100_000_000)));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_known_at_once()
    {
        using var folder = new SearchFolder();
        int tries = 0;
        Assert.Throws<DirectoryNotFoundException>(() => Search.Run(
            () => new SwitchSpace(10, 10) { Tried = _ => tries++ }, new() { Checkpoint = new(folder.File(Path.Combine("nowhere", "search"))) }));
        Assert.Equal(0, tries);
        Assert.Throws<ArgumentException>(() => new SearchCheckpoint(""));
    }

    private static void Stop(CancellationTokenSource stop, bool now)
    {
        if (now)
        {
            stop.Cancel();
        }
    }
}
