using System;

namespace ApicShell.Exploration;

/// <summary>
/// Packs a state with its fingerprint into bytes: of each word that differs from the root's the distance from the one before, which bytes differ, and those. Nothing
/// depends on the order of bytes in the machine, so that packed states may stand in files.
/// </summary>
internal sealed class StatePacking
{
    // Length of all, and the fingerprint.
    private const int HeaderBytes = 4 + 16;

    // The distance that stands for so many words that do not differ, with more distance to follow.
    private const int FarAway = 255;

    private readonly ulong[] _root;

    public StatePacking(ulong[] root) => _root = root;

    public int WordCount => _root.Length;

    /// <summary>More bytes than any packed state has.</summary>
    public int MaxBytes => HeaderBytes + (WordCount * 10) + (WordCount / FarAway) + 1;

    public static int LengthAt(byte[] bytes, int at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);

    public static Fingerprint FingerprintAt(byte[] bytes, int at) => new(WordAt(bytes, at + 4), WordAt(bytes, at + 12));

    /// <summary>Packs a state; gives the place after it.</summary>
    public int Pack(Fingerprint fingerprint, ulong[] words, byte[] bytes, int start)
    {
        PutWord(bytes, start + 4, fingerprint.High);
        PutWord(bytes, start + 12, fingerprint.Low);
        int at = start + HeaderBytes;
        ulong[] root = _root;
        int next = 0;
        for (int word = NextDiffering(words, 0); word < root.Length; word = NextDiffering(words, next))
        {
            ulong differing = words[word] ^ root[word];
            int distance = word - next;
            for (; distance >= FarAway; distance -= FarAway)
            {
                bytes[at++] = FarAway;
            }

            bytes[at++] = (byte)distance;
            next = word + 1;
            int maskAt = at++;
            int mask = 0;
            for (int bit = 1; differing != 0; bit <<= 1, differing >>= 8)
            {
                if ((byte)differing != 0)
                {
                    mask |= bit;
                    bytes[at++] = (byte)differing;
                }
            }

            bytes[maskAt] = (byte)mask;
        }

        int length = at - start;
        bytes[start] = (byte)length;
        bytes[start + 1] = (byte)(length >> 8);
        bytes[start + 2] = (byte)(length >> 16);
        bytes[start + 3] = (byte)(length >> 24);
        return at;
    }

    /// <summary>Unpacks a state.</summary>
    public void Unpack(byte[] bytes, int start, ulong[] words)
    {
        Array.Copy(_root, words, _root.Length);
        int end = start + LengthAt(bytes, start);
        int word = -1;
        for (int at = start + HeaderBytes; at < end;)
        {
            for (; bytes[at] == FarAway; at++)
            {
                word += FarAway;
            }

            word += bytes[at++] + 1;
            int mask = bytes[at++];
            for (int shift = 0; mask != 0; shift += 8, mask >>= 1)
            {
                if ((mask & 1) != 0)
                {
                    words[word] ^= (ulong)bytes[at++] << shift;
                }
            }
        }
    }

    /// <summary>Whether there is a packed state that ends where the bytes end or before.</summary>
    public bool IsValid(byte[] bytes, int start, int end)
    {
        if (end - start < HeaderBytes || LengthAt(bytes, start) is int length && (length < HeaderBytes || length > end - start))
        {
            return false;
        }

        end = start + LengthAt(bytes, start);
        int at = start + HeaderBytes;
        for (int word = -1; at < end;)
        {
            for (; at < end && bytes[at] == FarAway && word < WordCount; at++)
            {
                word += FarAway;
            }

            if (end - at < 2)
            {
                return false;
            }

            word += bytes[at] + 1;
            at += 2 + Compatibility.Bits.Count(bytes[at + 1]);
            if (word >= WordCount)
            {
                return false;
            }
        }

        return at == end;
    }

    /// <summary>The first word from a place on that differs from the root's; most do not, so they are looked at by fours.</summary>
    private unsafe int NextDiffering(ulong[] words, int word)
    {
        int count = _root.Length;
        fixed (ulong* state = words, root = _root)
        {
            while (word + 4 <= count && ((state[word] ^ root[word]) | (state[word + 1] ^ root[word + 1])
                | (state[word + 2] ^ root[word + 2]) | (state[word + 3] ^ root[word + 3])) == 0)
            {
                word += 4;
            }

            while (word < count && state[word] == root[word])
            {
                word++;
            }
        }

        return word;
    }

    private static ulong WordAt(byte[] bytes, int at)
    {
        ulong word = 0;
        for (int place = 7; place >= 0; place--)
        {
            word = (word << 8) | bytes[at + place];
        }

        return word;
    }

    private static void PutWord(byte[] bytes, int at, ulong word)
    {
        for (int place = 0; place < 8; place++, word >>= 8)
        {
            bytes[at + place] = (byte)word;
        }
    }
}
