using System;
using System.IO;

namespace ApicShell.Exploration;

/// <summary>
/// A file that a search is kept in. It is written when the search starts, at the end of a level (unless less was done since the last time than
/// writing costs), when it is stopped, in the middle of a level too, and when its memory does not suffice. A search that is given a file which exists
/// goes on with it, and comes to the answer that it would have come to in one run.
/// </summary>
public sealed class SearchCheckpoint
{
    /// <summary>Names the file.</summary>
    /// <param name="path">Where it is, or is to be.</param>
    public SearchCheckpoint(string path) => Path = !string.IsNullOrEmpty(path) ? path : throw new ArgumentException("The path is empty.", nameof(path));

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    internal bool Exists => File.Exists(Path);

    internal bool TryRead(SearchState state, SearchHeader header, FrontierWriter writer)
    {
        using FileStream stream = File.OpenRead(Path);
        return SearchFileFormat.TryRead(stream, Path, state, header, writer);
    }

    internal void Write(SearchState state, SearchHeader header) => WholeFile.Write(Path, stream => SearchFileFormat.Write(stream, state, header));
}
