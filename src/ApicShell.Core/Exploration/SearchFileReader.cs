using System;
using System.IO;

namespace ApicShell.Exploration;

/// <summary>Reads the words that <see cref="SearchFileWriter"/> wrote.</summary>
internal sealed class SearchFileReader
{
    private readonly Stream _stream;
    private readonly string _path;
    private readonly byte[] _bytes = new byte[SearchFileBlock.Capacity * 8];
    private readonly SearchFileBlock _block = new();
    private int _next;
    private long _left;

    /// <param name="stream">What to read.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="words">Words that there are before the checksum.</param>
    public SearchFileReader(Stream stream, string path, long words) => (_stream, _path, _left) = (stream, path, words);

    /// <summary>Words that are still to come.</summary>
    public long Left => _left + _block.Count - _next;

    public ulong Word()
    {
        if (_next == _block.Count)
        {
            Fill();
        }

        return _block.Words[_next++];
    }

    public Fingerprint Fingerprint() => new(Word(), Word());

    /// <summary>A number from 0 to a greatest one.</summary>
    public long Number(long greatest = long.MaxValue) => Word() is ulong word && word <= (ulong)greatest ? (long)word : throw Corrupt();

    /// <summary>Bytes, filled up to whole words.</summary>
    public void Bytes(byte[] bytes, int count)
    {
        for (int at = 0; at < count; at += 8)
        {
            ulong word = Word();
            for (int place = at; place < count && place < at + 8; place++, word >>= 8)
            {
                bytes[place] = (byte)word;
            }
        }
    }

    /// <summary>Reads to the end: whether the checksum is right.</summary>
    public void Verify()
    {
        while (_left > 0)
        {
            Fill();
        }

        _block.Clear();
        Fingerprint checksum = _block.Checksum;
        _left = 2;
        Fill();
        _next = 0;
        if (Fingerprint() != checksum)
        {
            throw Corrupt();
        }
    }

    public SearchFileException Corrupt() => Corrupt(_path);

    public static SearchFileException Corrupt(string path) => new(
        SearchFileProblem.Corrupt, $"'{path}' is damaged: its contents are not what was written. Take a copy, or start the search anew with another file.");

    private void Fill()
    {
        if (_left == 0)
        {
            throw Corrupt();
        }

        _block.Clear();
        int wanted = (int)Math.Min(_bytes.Length, _left * 8);
        int got = 0;
        for (int more = -1; got < wanted && more != 0; got += more)
        {
            more = _stream.Read(_bytes, got, wanted - got);
        }

        if (got < wanted)
        {
            throw Corrupt();
        }

        _block.FromBytes(_bytes, wanted);
        _left -= _block.Count;
        _next = 0;
    }
}
