namespace ApicShell.Compatibility;

/// <summary>Bit arithmetic that netstandard2.0 lacks.</summary>
internal static class Bits
{
    /// <summary>Number of the highest bit set; the value must not be 0.</summary>
    public static int Highest(uint value)
    {
#if NETSTANDARD2_0
        int bit = 0;
        for (int step = 16; step > 0; step >>= 1)
        {
            if (value >> step != 0)
            {
                value >>= step;
                bit += step;
            }
        }

        return bit;
#else
        return System.Numerics.BitOperations.Log2(value);
#endif
    }

    /// <summary>Number of the lowest bit set; the value must not be 0.</summary>
    public static int Lowest(uint value)
    {
#if NETSTANDARD2_0
        return Highest(value & (~value + 1));
#else
        return System.Numerics.BitOperations.TrailingZeroCount(value);
#endif
    }

    /// <summary>Number of the lowest bit set; the value must not be 0.</summary>
    public static int Lowest(ulong value) => (uint)value != 0 ? Lowest((uint)value) : 32 + Lowest((uint)(value >> 32));

    /// <summary>How many bits are set.</summary>
    public static int Count(ulong value) => Count((uint)value) + Count((uint)(value >> 32));

    /// <summary>How many bits are set.</summary>
    public static int Count(uint value)
    {
#if NETSTANDARD2_0
        int count = 0;
        for (; value != 0; value &= value - 1)
        {
            count++;
        }

        return count;
#else
        return System.Numerics.BitOperations.PopCount(value);
#endif
    }

    /// <summary>The upper half of the product of two values.</summary>
    public static ulong Multiply(ulong left, ulong right, out ulong lower)
    {
#if NETSTANDARD2_0
        ulong lowLow = (left & uint.MaxValue) * (right & uint.MaxValue);
        ulong highLow = ((left >> 32) * (right & uint.MaxValue)) + (lowLow >> 32);
        ulong lowHigh = ((left & uint.MaxValue) * (right >> 32)) + (highLow & uint.MaxValue);
        lower = (lowHigh << 32) | (lowLow & uint.MaxValue);
        return ((left >> 32) * (right >> 32)) + (highLow >> 32) + (lowHigh >> 32);
#else
        return System.Math.BigMul(left, right, out lower);
#endif
    }

    /// <summary>Number of the bit set that has so many set bits below it.</summary>
    /// <param name="value">A value with more than <paramref name="rank"/> bits set.</param>
    /// <param name="rank">0 for the lowest.</param>
    public static int OfRank(uint value, int rank)
    {
        for (; rank > 0; rank--)
        {
            value &= value - 1;
        }

        return Lowest(value);
    }
}
