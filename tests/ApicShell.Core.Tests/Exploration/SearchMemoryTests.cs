using System;
using System.Linq;
using ApicShell.Exploration;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The memory that a search takes, and where that is bounded.</summary>
[Collection(MeasuredAlone.Name)]
public class SearchMemoryTests
{
    private const int Switches = 18;

    private static SearchResult Run(int words, long memory = 1L << 30, int depth = SearchOptions.DepthLimit, int workers = 2) =>
        Search.Run(() => new BareSwitchSpace(Switches, words), new() { MaxMemory = memory, MaxDepth = depth, Workers = workers });

    [Fact]
    public void A_state_that_was_seen_costs_at_most_40_bytes()
    {
        // In the last levels hardly any states are left to expand; the chunks that they were in are in the peak.
        var budget = new MemoryBudget(1L << 30);
        var visited = new VisitedSet(budget);
        ulong[] words = [0];
        for (int state = 1; state <= 400_000; state++)
        {
            words[0] = (ulong)state;
            Assert.Equal(Visit.New, visited.Add(Fingerprint.Of(words, 0, 1), VisitMark.Root));
            if (state >= 50_000 && state % 1000 == 0)
            {
                Assert.InRange((double)budget.Used / state, 30, 40);
            }
        }

        Assert.Equal(400_000, visited.Count);

        // While it grew there was one shard twice, and no more.
        Assert.InRange(budget.Peak - budget.Used, 0, budget.Used / 100);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(400)]
    [Trait("Speed", "Slow")]
    public void A_state_costs_at_most_64_bytes_all_in(int words)
    {
        SearchResult result = Run(words);
        Assert.Equal((SearchStatus.Complete, 1L << Switches), (result.Status, result.States));
        Assert.InRange((double)result.MemoryBytes / result.States, 30, 64);
    }

    /// <summary>What is counted is what is there: nothing large is kept or thrown away beside it.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void The_memory_that_is_counted_is_what_is_allocated()
    {
        Run(20, depth: 3);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        SearchResult result = Run(20);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        // A shard that grows by a quarter each time is allocated five times over.
        Assert.InRange(allocated, result.MemoryBytes / 2, result.MemoryBytes * 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    [InlineData(5_000_000)]
    public void Memory_that_does_not_suffice_ends_the_search_with_what_is_known(long memory)
    {
        SearchResult result = Run(20, memory);
        Assert.Equal(SearchStatus.MemoryBound, result.Status);
        Assert.InRange(result.MemoryBytes, 0, memory);

        // States of levels that were stored in full; the steps from all of them were tried.
        Assert.Equal(Enumerable.Range(0, result.DepthCounts.Count).Select(depth => Choose(Switches, depth)), result.DepthCounts);
        Assert.Equal(result.DepthCounts.Count, result.Depth);
        Assert.Equal(result.States * Switches, result.Successors);
        if (memory >= 5_000_000)
        {
            Assert.InRange(result.Depth, 6, 17);
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void More_memory_reaches_deeper()
    {
        int[] depths = [.. ((long[])[100_000, 600_000, 3_000_000, 8_000_000]).Select(memory => Run(20, memory).Depth)];
        Assert.Equal(depths.Order().Distinct(), depths);
    }

    [Fact]
    public void The_level_for_which_there_is_no_memory_is_still_checked()
    {
        // A break is one step after the states that it starts from, which are the last that fit.
        SearchOptions options = new() { MaxMemory = 600_000, Workers = 1 };
        SearchResult bound = Search.Run(() => new SwitchSpace(15, 15), options);
        Assert.Equal(SearchStatus.MemoryBound, bound.Status);
        SearchResult broken = Search.Run(() => new SwitchSpace(15, 15, broken: bound.Depth - 2), options);
        Assert.Equal((SearchStatus.Broken, bound.Depth), (broken.Status, broken.Depth));
        Assert.Equal(
            SearchReference.Describe(Search.Run(() => new SwitchSpace(15, 15, broken: bound.Depth - 2), new())), SearchReference.Describe(broken));
        SearchResult beyond = Search.Run(() => new SwitchSpace(15, 15, broken: bound.Depth), options);
        Assert.Equal((SearchStatus.MemoryBound, bound.Depth), (beyond.Status, beyond.Depth));
    }

    [Fact]
    public void The_last_level_that_was_asked_for_need_not_fit()
    {
        SearchResult bound = Run(20, 2_000_000, workers: 1);
        SearchResult reached = Run(20, 2_000_000, bound.Depth, workers: 1);
        Assert.Equal((SearchStatus.DepthReached, bound.Depth), (reached.Status, reached.Depth));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        // The same states, with each step tried four times over: three times as many steps more.
        long Allocated(int times)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            SearchResult result = Search.Run(() => new BareSwitchSpace(14, 20, times), new() { Workers = 1 });
            Assert.Equal((1L << 14) * 14 * times, result.Successors);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Allocated(1);
        Assert.InRange(Allocated(4) - Allocated(1), -200_000, 200_000);
    }

    private static long Choose(int all, int some) => some == 0 ? 1 : Choose(all, some - 1) * (all - some + 1) / some;

    /// <summary>As <see cref="SwitchSpace"/>, without any allocation of its own.</summary>
    private sealed class BareSwitchSpace(int switches, int words, int times = 1) : StateSpace
    {
        private readonly ulong[] _entered = new ulong[switches];
        private readonly ulong[] _moved = new ulong[switches];

        public override int WordCount => words;

        public override int LetterCount => switches * times;

        public override Fingerprint Identity => new(9, (ulong)switches);

        public override Fingerprint WriteRoot(ulong[] words, int offset)
        {
            Array.Clear(words, offset, WordCount);
            return Fingerprint.Of(words, offset, switches);
        }

        public override void Enter(ulong[] words, int offset) => Array.Copy(words, offset, _entered, 0, switches);

        public override StepOutcome Try(int letter)
        {
            Array.Copy(_entered, _moved, switches);
            _moved[letter % switches] ^= 1;
            return StepOutcome.Moved(Fingerprint.Of(_moved, 0, switches));
        }

        public override void Save(ulong[] words, int offset)
        {
            Array.Clear(words, offset, WordCount);
            Array.Copy(_moved, 0, words, offset, switches);
        }
    }
}
