using System;

namespace ApicShell.Exploration;

/// <summary>Words on the way to or from a file, and the checksum of all that went before.</summary>
internal sealed class SearchFileBlock
{
    // The checksum of the blocks before stands in front of the words, so that each checksum is over all of them.
    private readonly ulong[] _sealed = new ulong[2 + Capacity];
    private readonly byte[] _bytes = new byte[Capacity * 8];

    public const int Capacity = 8192;

    public ulong[] Words { get; } = new ulong[Capacity];

    /// <summary>How many words are filled.</summary>
    public int Count { get; set; }

    /// <summary>Of all words that were cleared so far.</summary>
    public Fingerprint Checksum { get; private set; }

    public byte[] ToBytes()
    {
        for (int word = 0, at = 0; word < Count; word++)
        {
            for (ulong left = Words[word], place = 0; place < 8; place++, left >>= 8)
            {
                _bytes[at++] = (byte)left;
            }
        }

        return _bytes;
    }

    public void FromBytes(byte[] bytes, int count)
    {
        Count = count / 8;
        for (int word = 0; word < Count; word++)
        {
            ulong value = 0;
            for (int place = 7; place >= 0; place--)
            {
                value = (value << 8) | bytes[(word * 8) + place];
            }

            Words[word] = value;
        }
    }

    /// <summary>Takes the words into the checksum, and makes room for more.</summary>
    public void Clear()
    {
        if (Count > 0)
        {
            _sealed[0] = Checksum.High;
            _sealed[1] = Checksum.Low;
            Array.Copy(Words, 0, _sealed, 2, Count);
            Checksum = Fingerprint.Of(_sealed, 0, 2 + Count);
            Count = 0;
        }
    }
}
