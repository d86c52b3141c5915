using System;

namespace ApicShell.Exploration;

/// <summary>
/// A file that a search is kept in: written when it starts, at the ends of levels, and when it stops or its memory does not suffice. A search that is given a file which
/// exists goes on with it, and comes to the answer it would have come to without a break.
/// </summary>
public sealed class SearchCheckpoint
{
    /// <summary>Names the file.</summary>
    /// <param name="path">Where it is, or is to be.</param>
    public SearchCheckpoint(string path) => Path = !string.IsNullOrEmpty(path) ? path : throw new ArgumentException("The path is empty.", nameof(path));

    /// <summary>Where the file is.</summary>
    public string Path { get; }
}
