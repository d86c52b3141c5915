using System;
using ApicShell.Texts;

namespace ApicShell.Exploration;

/// <summary>What is wrong with a file that a search was kept in.</summary>
public enum SearchFileProblem
{
    /// <summary>It is no such file at all.</summary>
    NotASearch,

    /// <summary>Another version of this program wrote it, in another format.</summary>
    OtherVersion,

    /// <summary>Its end is missing.</summary>
    Truncated,

    /// <summary>Its contents are not what was written.</summary>
    Corrupt,

    /// <summary>It holds the search of another problem.</summary>
    OtherIdentity,

    /// <summary>It holds another part of the search, or the search was split differently.</summary>
    OtherPart,
}

/// <summary>A file that a search was kept in cannot be gone on with. The file stays as it is.</summary>
public sealed class SearchFileException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="message">In words, with what would be right.</param>
    public SearchFileException(SearchFileProblem problem, PlainMessage message)
        : base(message.ToString()) => Problem = problem;

    /// <summary>What is wrong.</summary>
    public SearchFileProblem Problem { get; }
}
