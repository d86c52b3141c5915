using System;
using System.IO;

namespace ApicShell.Exploration;

/// <summary>Writes words, lowest byte first, and in the end a checksum over all of them.</summary>
internal sealed class SearchFileWriter(Stream stream)
{
    private readonly SearchFileBlock _block = new();

    public void Word(ulong word)
    {
        _block.Words[_block.Count++] = word;
        if (_block.Count == _block.Words.Length)
        {
            Flush();
        }
    }

    public void Fingerprint(Fingerprint fingerprint)
    {
        Word(fingerprint.High);
        Word(fingerprint.Low);
    }

    /// <summary>Bytes, filled up to whole words.</summary>
    public void Bytes(byte[] bytes, int start, int end)
    {
        for (int at = start; at < end; at += 8)
        {
            ulong word = 0;
            for (int place = Math.Min(8, end - at) - 1; place >= 0; place--)
            {
                word = (word << 8) | bytes[at + place];
            }

            Word(word);
        }
    }

    /// <summary>Writes the checksum of all words so far.</summary>
    public void Checksum()
    {
        Flush();
        Fingerprint(_block.Checksum);
        Flush();
    }

    private void Flush()
    {
        stream.Write(_block.ToBytes(), 0, _block.Count * 8);
        _block.Clear();
    }
}
