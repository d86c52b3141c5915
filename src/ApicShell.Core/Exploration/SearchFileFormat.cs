using System.IO;
using System.Linq;

namespace ApicShell.Exploration;

/// <summary>
/// How a search stands in a file: a header of fixed length with a checksum of its own, the counts of the levels, the states seen, the states of
/// this level still to expand and those of the next found so far, and a checksum of all.
/// </summary>
internal static class SearchFileFormat
{
    /// <summary>"APICSRCH".</summary>
    public const ulong Magic = 0x4843_5253_4349_5041;

    public const ulong Version = 1;

    private const int HeaderWords = 23;
    private const int ChecksumWords = 2;
    private const int VisitWords = 3;
    private const ulong SplitFlag = 1;
    private const ulong BrokenFlag = 2;

    public static void Write(Stream stream, SearchState state, SearchHeader header)
    {
        FrontierSlice[] current = [.. state.Current.Slices];
        FrontierSlice[] next = [.. state.Next.Slices];
        long visited = state.Visited.Count;
        long words = HeaderWords + state.DepthCounts.Count + (visited * VisitWords) + WordsOf(current) + WordsOf(next);
        ulong[] head =
        [
            Magic,
            Version,
            (ulong)words,
            header.Identity.High,
            header.Identity.Low,
            (ulong)header.Part,
            (ulong)header.PartCount,
            (ulong)header.WordCount,
            (state.IsSplit ? SplitFlag : 0) | (state.Broken is null ? 0 : BrokenFlag),
            state.Broken?.High ?? 0,
            state.Broken?.Low ?? 0,
            (ulong)state.Depth,
            (ulong)state.FrontierCount,
            (ulong)state.NextCount,
            (ulong)state.Successors,
            (ulong)state.LevelSuccessors,
            (ulong)state.DepthCounts.Count,
            (ulong)visited,
            (ulong)current.Sum(slice => (long)slice.Count),
            (ulong)next.Sum(slice => (long)slice.Count),
            0, // Of later versions.
        ];

        var writer = new SearchFileWriter(stream);
        foreach (ulong word in head)
        {
            writer.Word(word);
        }

        writer.Fingerprint(Fingerprint.Of(head, 0, head.Length));
        foreach (long count in state.DepthCounts)
        {
            writer.Word((ulong)count);
        }

        foreach ((Fingerprint visit, ulong mark) in state.Visited.All())
        {
            writer.Fingerprint(visit);
            writer.Word(mark);
        }

        WriteSlices(writer, current);
        WriteSlices(writer, next);
        writer.Checksum();
    }

    /// <summary>Reads a search into an empty state.</summary>
    /// <returns>Whether there was memory for it; if not, the counts are there and no more.</returns>
    public static bool TryRead(Stream stream, string path, SearchState state, SearchHeader header, FrontierWriter writer)
    {
        long words = CheckHeader(stream, path, header);
        stream.Position = 0;
        new SearchFileReader(stream, path, words).Verify();

        stream.Position = 0;
        var reader = new SearchFileReader(stream, path, words);
        for (int known = 0; known < 8; known++)
        {
            reader.Word();
        }

        ulong flags = reader.Word();
        Fingerprint broken = reader.Fingerprint();
        state.IsSplit = (flags & SplitFlag) != 0;
        state.Broken = (flags & BrokenFlag) != 0 ? broken : null;
        state.Depth = (int)reader.Number(SearchOptions.DepthLimit);
        state.FrontierCount = reader.Number();
        state.NextCount = reader.Number();
        state.Successors = reader.Number();
        state.LevelSuccessors = reader.Number();
        long depths = reader.Number(SearchOptions.DepthLimit + 1);
        long visited = reader.Number();
        long current = reader.Number();
        long next = reader.Number();
        for (int rest = 0; rest < 3; rest++)
        {
            reader.Word();
        }

        for (; depths > 0; depths--)
        {
            state.DepthCounts.Add(reader.Number());
        }

        for (; visited > 0; visited--)
        {
            Fingerprint visit = reader.Fingerprint();
            ulong mark = reader.Word();
            switch (mark == 0 ? Visit.Known : state.Visited.Add(visit, mark))
            {
                case Visit.Known:
                    throw reader.Corrupt();
                case Visit.NoMemory:
                    return false;
            }
        }

        return TryReadSlices(reader, current, header.WordCount, state.Current, writer) && TryReadSlices(reader, next, header.WordCount, state.Next, writer)
            && (reader.Left == 0 ? true : throw reader.Corrupt());
    }

    /// <summary>Whether this is the file that is wanted, and whole; its words without the checksum at its end.</summary>
    private static long CheckHeader(Stream stream, string path, SearchHeader header)
    {
        long length = stream.Length;
        if (length < 16)
        {
            throw NotASearch(path);
        }

        var reader = new SearchFileReader(stream, path, System.Math.Min(length / 8, HeaderWords));
        if (reader.Word() != Magic)
        {
            throw NotASearch(path);
        }

        ulong version = reader.Word();
        if (version != Version)
        {
            throw new SearchFileException(
                SearchFileProblem.OtherVersion,
                $"'{path}' is of format {version}, and this program reads format {Version}. Go on with the program that wrote it, or start anew.");
        }

        if (length < HeaderWords * 8)
        {
            throw Truncated(path, length, HeaderWords * 8);
        }

        ulong[] head = [Magic, version, .. Enumerable.Range(2, HeaderWords - 4).Select(_ => reader.Word())];
        if (reader.Fingerprint() != Fingerprint.Of(head, 0, head.Length) || head[2] is < HeaderWords or > long.MaxValue / 8 - ChecksumWords)
        {
            throw reader.Corrupt();
        }

        long whole = ((long)head[2] + ChecksumWords) * 8;
        if (length != whole)
        {
            throw length < whole ? Truncated(path, length, whole) : reader.Corrupt();
        }

        var identity = new Fingerprint(head[3], head[4]);
        if (identity != header.Identity || head[7] != (ulong)header.WordCount)
        {
            throw new SearchFileException(
                SearchFileProblem.OtherIdentity,
                $"'{path}' holds the search {identity}, and this one is {header.Identity}: another machine, design, alphabet or set of properties. "
                + "Go on with what it was written by, or name another file.");
        }

        if (head[5] != (ulong)header.Part || head[6] != (ulong)header.PartCount)
        {
            throw new SearchFileException(
                SearchFileProblem.OtherPart,
                $"'{path}' holds part {head[5]} of {head[6]} of the search, and this is part {header.Part} of {header.PartCount}. "
                + "Each part needs a file of its own.");
        }

        return (long)head[2];
    }

    private static long WordsOf(FrontierSlice[] slices) => slices.Sum(slice => 1 + ((slice.End - slice.Start + 7L) / 8));

    /// <summary>Each slice: how many bytes and how many states, and the bytes.</summary>
    private static void WriteSlices(SearchFileWriter writer, FrontierSlice[] slices)
    {
        foreach (FrontierSlice slice in slices)
        {
            writer.Word((uint)(slice.End - slice.Start) | ((ulong)(uint)slice.Count << 32));
            writer.Bytes(slice.Chunk.Bytes, slice.Start, slice.End);
        }
    }

    private static bool TryReadSlices(SearchFileReader reader, long states, int wordCount, Frontier frontier, FrontierWriter writer)
    {
        writer.Target = frontier;
        var packing = new StatePacking(new ulong[wordCount]);
        byte[] bytes = [];
        while (states > 0)
        {
            ulong head = reader.Word();
            int length = (int)(head & int.MaxValue);
            int count = (int)(head >> 32);
            if (length / 8 > reader.Left || count <= 0 || count > states)
            {
                throw reader.Corrupt();
            }

            if (bytes.Length < length)
            {
                bytes = new byte[length];
            }

            reader.Bytes(bytes, length);
            int at = 0;
            for (int state = 0; state < count; state++, at += StatePacking.LengthAt(bytes, at))
            {
                if (!packing.IsValid(bytes, at, length))
                {
                    throw reader.Corrupt();
                }

                if (!writer.TryCopy(bytes, at))
                {
                    return false;
                }
            }

            states -= count;
        }

        writer.Flush();
        return true;
    }

    private static SearchFileException NotASearch(string path) => new(
        SearchFileProblem.NotASearch,
        $"'{path}' is no file of a search. It is left as it is; name a file that a search wrote, or one that does not exist yet.");

    private static SearchFileException Truncated(string path, long length, long whole) => new(
        SearchFileProblem.Truncated,
        $"'{path}' ends too early: it has {length} of at least {whole} bytes. Take a copy, or start the search anew with another file.");
}
