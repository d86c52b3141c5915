using System;
using System.Linq;
using System.Runtime.CompilerServices;
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
        var turned = new ColumnCounts[words * 64 * 2];
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
                turned[bit * 2].Add(before.High ^ after.High);
                turned[(bit * 2) + 1].Add(before.Low ^ after.Low);
            }
        }

        // Seven standard deviations: among as many pairs of bits chance alone stays below.
        double bound = 7 * Math.Sqrt(States) / 2;
        Assert.All(turned.SelectMany(counts => counts.All()), count => Assert.InRange(count, (States / 2) - bound, (States / 2) + bound));
    }

    /// <summary>
    /// Of a million states of few small numbers, no two have 64 bits of the fingerprint in common in any place where the search looks, upper half or
    /// lower; by chance there would be such a pair in one of forty million runs.
    /// </summary>
    [Fact]
    [Trait("Speed", "Slow")]
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

        Assert.Equal(States, Different(high));
        Assert.Equal(States, Different(low));

        // 32 bits, as many as the place in a shard has: the pairs that chance makes, and no more.
        int expected = (int)((double)States * States / Math.Pow(2, 33));
        Assert.InRange(States - Different([.. high.Select(bits => bits >> 32)]), expected / 2, expected * 2);
        Assert.InRange(States - Different([.. low.Select(bits => bits >> 32)]), expected / 2, expected * 2);
        Assert.InRange(States - Different([.. low.Select(bits => (ulong)(uint)bits)]), expected / 2, expected * 2);
    }

    private static void Put(ulong[] words, ulong[] high, ulong[] low, int state) =>
        (high[state], low[state]) = Fingerprint.Of(words, 0, words.Length);

    private static int Different(ulong[] numbers)
    {
        Array.Sort(numbers);
        return 1 + numbers.Zip(numbers.Skip(1), (one, next) => one != next ? 1 : 0).Sum();
    }

    /// <summary>How often each of 64 bits was set, up to 4095 times: one bit of all the counts in a word, so that adding is done for all at once.</summary>
    [InlineArray(12)]
    private struct ColumnCounts
    {
        private ulong _first;

        public void Add(ulong bits)
        {
            for (int place = 0; bits != 0; place++)
            {
                (this[place], bits) = (this[place] ^ bits, this[place] & bits);
            }
        }

        public readonly int[] All()
        {
            int[] counts = new int[64];
            for (int place = 0; place < 12; place++)
            {
                for (int bit = 0; bit < 64; bit++)
                {
                    counts[bit] += (int)((this[place] >> bit) & 1) << place;
                }
            }

            return counts;
        }
    }
}
