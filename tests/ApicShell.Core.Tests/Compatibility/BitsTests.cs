using System;
using System.Linq;
using System.Numerics;
using ApicShell.Compatibility;
using ApicShell.Exploration;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What each build does in its own way comes to the same.</summary>
public class BitsTests
{
    [Fact]
    public void Bits_are_found_and_counted_as_by_the_runtime()
    {
        Assert.Equal(0, Bits.Count(0));
        for (int highest = 0; highest < 32; highest++)
        {
            for (int lowest = 0; lowest <= highest; lowest++)
            {
                uint between = (uint.MaxValue >> (31 - highest)) & (uint.MaxValue << lowest);
                foreach (uint value in (uint[])[between, (1u << highest) | (1u << lowest)])
                {
                    int count = BitOperations.PopCount(value);
                    Assert.Equal((highest, lowest, count), (Bits.Highest(value), Bits.Lowest(value), Bits.Count(value)));
                    Assert.Equal((lowest, highest), (Bits.OfRank(value, 0), Bits.OfRank(value, count - 1)));
                }
            }
        }
    }

    [Property]
    public void The_product_of_two_words_is_what_it_is(ulong left, ulong right)
    {
        ulong a = left * 0x9E37_79B9_7F4A_7C15;
        ulong b = ~right * 0xD6E8_FEB8_6659_FD93;
        ulong upper = Bits.Multiply(a, b, out ulong lower);
        Assert.Equal((UInt128)a * b, new UInt128(upper, lower));
    }

    /// <summary>They stand in files. Whoever changes them has to change the version of the format.</summary>
    [Theory]
    [InlineData(0, "b63f24e7ae1d2aa769d6ce3fc575ab43")]
    [InlineData(1, "38ef2ce3da73855ca572cf33bad2cbd7")]
    [InlineData(5, "b583695676e96212ae167b4f9a55bdde")]
    [InlineData(200, "0f3f4de7eac538402d86d2f84d3e2929")]
    public void Fingerprints_are_the_same_everywhere(int words, string expected)
    {
        ulong[] state = [.. Enumerable.Range(0, words).Select(word => (ulong)word * 0x0123_4567_89AB_CDEF)];
        Assert.Equal(expected, Fingerprint.Of(state, 0, words).ToString());
    }
}
