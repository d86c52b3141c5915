using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ApicShell.Tests.Fuzzing;

/// <summary>Makes other inputs of inputs: it knows lines, words of the reader's language, numbers, and 64-bit words.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words)
{
    private const int Longest = 1 << 16;

    private static readonly ulong[] s_edges = [0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, ulong.MaxValue];

    private static readonly byte[][] s_nasty =
    [
        .. new[] { "\r", "\n", "\0", "\u001B[2J", "\u007F", "\u0085", "\u009B", "\u2028", "\u202E", "\uFEFF", "'", "\u2019", "\"", "`", "$(", "#", ";", "9999999999", "-1", "0x", "1e999" }
            .Select(Encoding.UTF8.GetBytes),
        [0xED, 0xA0, 0x80],
        [0xFF],
    ];

    /// <summary>Another input.</summary>
    /// <param name="input">What it is made of.</param>
    /// <param name="other">What else may be taken into it.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        for (int count = 1 << random.Next(4); count > 0; count--)
        {
            Change(bytes, other);
        }

        return [.. bytes.Take(Longest)];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(random.Next(1, 1 << random.Next(1, 8)), bytes.Count - at);
        switch (random.Next(13))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(at, s_nasty[random.Next(s_nasty.Length)]);
                break;
            case 5 or 6:
                bytes.InsertRange(at, words[random.Next(words.Count)]);
                break;
            case 7:
                ReplaceWord(bytes, at, words[random.Next(words.Count)]);
                break;
            case 8:
                ReplaceWord(bytes, at, Number());
                break;
            case 9:
                CopyLine(bytes, at);
                break;
            case 10 when bytes.Count >= 8:
                SetLong(bytes, at);
                break;
            case 11 when other.Length > 0:
                int from = random.Next(other.Length);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 1 + random.Next(256))]);
                break;
            default:
                bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 0);
                break;
        }
    }

    private byte[] Number()
    {
        ulong edge = s_edges[random.Next(s_edges.Length)] + (ulong)random.Next(3) - 1;
        return Encoding.ASCII.GetBytes(random.Next(3) switch { 0 => $"0x{edge:X}", 1 => $"{edge}", _ => $"{(long)edge}" });
    }

    /// <summary>Puts a word in the place of the letters and digits that stand there.</summary>
    private static void ReplaceWord(List<byte> bytes, int at, byte[] word)
    {
        int first = at;
        while (first > 0 && IsOfWord(bytes[first - 1]))
        {
            first--;
        }

        int end = at;
        while (end < bytes.Count && IsOfWord(bytes[end]))
        {
            end++;
        }

        bytes.RemoveRange(first, end - first);
        bytes.InsertRange(first, word);

        static bool IsOfWord(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'-';
    }

    private void CopyLine(List<byte> bytes, int at)
    {
        int first = at == 0 ? 0 : bytes.LastIndexOf((byte)'\n', at - 1) + 1;
        int end = bytes.IndexOf((byte)'\n', at) + 1;
        List<byte> line = bytes.GetRange(first, (end == 0 ? bytes.Count : end) - first);
        int place = random.Next(bytes.Count + 1);
        bytes.InsertRange(place == 0 ? 0 : bytes.LastIndexOf((byte)'\n', place - 1) + 1, line);
    }

    private void SetLong(List<byte> bytes, int at)
    {
        byte[] word = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(word, random.Next(2) == 0 ? s_edges[random.Next(s_edges.Length)] : (ulong)random.Next(64));
        at = Math.Min(at, bytes.Count - 8) & ~7;
        bytes.RemoveRange(at, 8);
        bytes.InsertRange(at, word);
    }
}
