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
}
