using ApicShell.Compatibility;

namespace ApicShell.Exploration;

/// <summary>
/// The hash behind <see cref="Fingerprint"/>. Each pair of words goes through two multiplications of 64 by 64 bits whose halves are folded, one
/// for each half of the fingerprint, and in each the other word meets what came before: no difference gets lost in both but by chance. Two pairs
/// are under way at a time, for a multiplication has to wait for the one before.
/// </summary>
internal static unsafe class FingerprintHash
{
    // Digits of pi, with the lowest bit set.
    private const ulong HighKey = 0x243F6A88_85A308D3;
    private const ulong HighKey2 = 0x13198A2E_03707345;
    private const ulong LowKey = 0xA4093822_299F31D1;
    private const ulong LowKey2 = 0x082EFA98_EC4E6C89;

    public static Fingerprint Of(ulong* words, int count)
    {
        ulong high = 0x452821E6_38D01377;
        ulong high2 = 0xBE5466CF_34E90C6D;
        ulong low = 0xC0AC29B7_C97C50DD;
        ulong low2 = 0x3F84D5B5_B5470917;
        int at = 0;
        for (; at + 4 <= count; at += 4)
        {
            ulong first = words[at];
            ulong second = words[at + 1];
            ulong third = words[at + 2];
            ulong fourth = words[at + 3];
            high = Fold(first ^ HighKey, second ^ high);
            low = Fold(first ^ low, second ^ LowKey);
            high2 = Fold(third ^ HighKey2, fourth ^ high2);
            low2 = Fold(third ^ low2, fourth ^ LowKey2);
        }

        for (; at < count; at += 2)
        {
            ulong first = words[at];
            ulong second = at + 1 < count ? words[at + 1] : 0;
            high = Fold(first ^ HighKey, second ^ high);
            low = Fold(first ^ low, second ^ LowKey);
        }

        ulong length = (ulong)(uint)count;
        return new(Mix(high + Mix(high2 ^ (length * HighKey2))), Mix(low + Mix(low2 ^ (length * LowKey2))));
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong upper = Bits.Multiply(left, right, out ulong lower);
        return upper ^ lower;
    }

    /// <summary>Every bit of the value changes every bit of the result with one chance in two; no two values give the same.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * 0xD6E8FEB8_6659FD93;
        value = (value ^ (value >> 32)) * 0xD6E8FEB8_6659FD93;
        return value ^ (value >> 32);
    }
}
