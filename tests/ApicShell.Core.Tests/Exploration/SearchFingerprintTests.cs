using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Exploration;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The quality of fingerprints.</summary>
public class SearchFingerprintTests
{
    [Property]
    public void Words_in_an_array_and_in_memory_have_one_fingerprint(ulong[] words, byte before)
    {
        ulong[] shifted = [.. Enumerable.Repeat(7UL, before), .. words, 9];
        Fingerprint expected = Fingerprint.Of(words, 0, words.Length);
        Assert.Equal(expected, Fingerprint.Of(shifted, before, words.Length));
        unsafe
        {
            fixed (ulong* first = shifted)
            {
                Assert.Equal(expected, Fingerprint.Of(first + before, words.Length));
            }
        }
    }

    [Fact]
    public void Words_beyond_the_array_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fingerprint.Of(new ulong[4], 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fingerprint.Of(new ulong[4], -1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fingerprint.Of(new ulong[4], 0, -1));
        Assert.Throws<ArgumentNullException>(() => Fingerprint.Of(null!, 0, 0));
    }

    [Property]
    public void Their_order_is_that_of_128_bit_numbers(ulong high, ulong low, ulong otherHigh, ulong otherLow, bool isSameHigh)
    {
        var left = new Fingerprint(high, low);
        var right = new Fingerprint(isSameHigh ? high : otherHigh, otherLow);
        int order = new UInt128(left.High, left.Low).CompareTo(new UInt128(right.High, right.Low));
        Assert.Equal(order, Math.Sign(left.CompareTo(right)));
        bool[] actual = [left < right, left > right, left <= right, left >= right];
        Assert.Equal([order < 0, order > 0, order <= 0, order >= 0], actual);
    }

    /// <summary>Each bit of a state turns over each bit of the fingerprint in half of the states.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void One_bit_of_the_state_changes_half_of_the_fingerprint(int words)
    {
        const int States = 4000;
        var random = new Random(words);
        ulong[] state = new ulong[words];
        int[,] turned = new int[words * 64, 128];
        for (int round = 0; round < States; round++)
        {
            // Small numbers, as states have, and not bits drawn by lot.
            state[0] = (ulong)round;
            for (int word = 1; word < words; word++)
            {
                state[word] = (ulong)random.Next(1 << random.Next(1, 16));
            }

            Fingerprint before = Fingerprint.Of(state, 0, words);
            for (int bit = 0; bit < words * 64; bit++)
            {
                state[bit / 64] ^= 1UL << (bit % 64);
                Fingerprint after = Fingerprint.Of(state, 0, words);
                state[bit / 64] ^= 1UL << (bit % 64);
                (ulong high, ulong low) = (before.High ^ after.High, before.Low ^ after.Low);
                for (int at = 0; at < 64; at++)
                {
                    turned[bit, at] += (int)(high >> at) & 1;
                    turned[bit, at + 64] += (int)(low >> at) & 1;
                }
            }
        }

        // Seven standard deviations: among as many pairs of bits chance alone stays below.
        double bound = 7 * Math.Sqrt(States) / 2;
        Assert.All(turned.Cast<int>(), count => Assert.InRange(count, (States / 2) - bound, (States / 2) + bound));
    }

    /// <summary>
    /// Of a million states of few small numbers, no two have 64 bits of the fingerprint in common in any place where the search looks, upper half or
    /// lower; by chance there would be such a pair in one of forty million runs.
    /// </summary>
    [Fact]
    public void States_that_are_much_alike_have_no_bits_in_common()
    {
        const int States = 1_000_000;
        ulong[] high = new ulong[States];
        ulong[] low = new ulong[States];
        ulong[] words = new ulong[24];
        int state = 0;

        // Each pair of words with each pair of small numbers; then counters in all words; then single bits moved about.
        for (int first = 0; first < 24 && state < 550_000; first++)
        {
            for (int second = first + 1; second < 24; second++)
            {
                for (int pair = 0; pair < 2000; pair++)
                {
                    words[first] = 1 + ((ulong)pair % 63);
                    words[second] = 1 + ((ulong)pair / 63);
                    Put(words, high, low, state++);
                }

                words[first] = words[second] = 0;
            }
        }

        for (uint counter = 0; state < 800_000; counter++)
        {
            for (int word = 0; word < 24; word++)
            {
                words[word] = ((counter >> word) & 1) | 0x100;
            }

            Put(words, high, low, state++);
        }

        for (int word = 0; word < 24; word++)
        {
            words[word] = 0x8000_0000_0000_0000;
        }

        for (uint counter = 0; state < States; counter++)
        {
            for (int word = 0; word < 24; word++)
            {
                words[word] = 0x4000_0000_0000_0000UL << (int)((counter >> word) & 1);
            }

            Put(words, high, low, state++);
        }

        Assert.Equal(States, new HashSet<ulong>(high).Count);
        Assert.Equal(States, new HashSet<ulong>(low).Count);

        // 32 bits, as many as the place in a shard has: the pairs that chance makes, and no more.
        int expected = (int)((double)States * States / Math.Pow(2, 33));
        Assert.InRange(States - high.Select(bits => bits >> 32).Distinct().Count(), expected / 2, expected * 2);
        Assert.InRange(States - low.Select(bits => bits >> 32).Distinct().Count(), expected / 2, expected * 2);
        Assert.InRange(States - low.Select(bits => (uint)bits).Distinct().Count(), expected / 2, expected * 2);
    }

    private static void Put(ulong[] words, ulong[] high, ulong[] low, int state) =>
        (high[state], low[state]) = Fingerprint.Of(words, 0, words.Length);
}
