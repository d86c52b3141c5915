using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using ApicShell.Exploration;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Spaces that throw.</summary>
public class SearchFailureTests
{
    [Fact]
    public void What_a_space_throws_surfaces_as_itself_and_always_the_same()
    {
        // Many states of a level throw, each something else; the level before nothing.
        string[] messages = [.. Enumerable.Range(0, 12).Select(run => Assert.Throws<InvalidDataException>(
            () => Search.Run(() => new BadSpace(throws: true), new() { Workers = 1 + (run % 4) })).Message)];
        Assert.Single(messages.Distinct());
        Assert.StartsWith("bad ", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void No_worker_is_left_behind()
    {
        Assert.Throws<InvalidDataException>(() => Search.Run(() => new BadSpace(throws: true), new() { Workers = 4 }));
        long tries = BadSpace.Tries;
        Thread.Sleep(50);
        Assert.Equal(tries, BadSpace.Tries);
    }

    [Fact]
    public void A_space_that_cannot_be_made_surfaces_whichever_it_is()
    {
        Assert.Throws<InvalidDataException>(() => Search.Run(() => throw new InvalidDataException(), new()));
        int made = 0;
        Assert.Throws<InvalidDataException>(() => Search.Run(() => ++made < 3 ? new BadSpace(throws: false) : throw new InvalidDataException(), new() { Workers = 4 }));
    }

    [Fact]
    public void What_the_progress_throws_ends_the_search()
    {
        var watch = Stopwatch.StartNew();
        Assert.Throws<OperationCanceledException>(() => Search.Run(
            () => new SwitchSpace(22, 22), new() { Workers = 2, Progress = now => { if (now.States > 3000) { throw new OperationCanceledException(); } } }));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void A_space_that_does_not_repeat_itself_is_told()
    {
        int tries = 0;
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => Search.Run(() => new LotSpace(() => ++tries), new() { Workers = 1 }));
        Assert.Contains("not a function of state and letter", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Twelve switches; with six on, the next step throws the state it is in.</summary>
    private sealed class BadSpace(bool throws) : ToySpace(1, 12, 12)
    {
        private static long _tries;

        public static long Tries => Interlocked.Read(ref _tries);

        protected override int? Step(ulong[] state, int letter)
        {
            Interlocked.Increment(ref _tries);
            if (throws && ulong.PopCount(state[0]) == 6)
            {
                throw new InvalidDataException($"bad {state[0]} {letter}");
            }

            state[0] ^= 1UL << letter;
            return 0;
        }
    }

    /// <summary>A counter that breaks a property at one try, and never again.</summary>
    private sealed class LotSpace(Func<int> tries) : ToySpace(1, 1, 1)
    {
        protected override int? Step(ulong[] state, int letter)
        {
            state[0]++;
            return tries() == 20 ? 1 : 0;
        }
    }
}
