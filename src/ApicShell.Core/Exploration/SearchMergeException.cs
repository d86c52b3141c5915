using System;
using ApicShell.Texts;

namespace ApicShell.Exploration;

/// <summary>Why results cannot be merged.</summary>
public enum SearchMergeProblem
{
    /// <summary>Some parts are not there.</summary>
    Missing,

    /// <summary>A part is there several times.</summary>
    Repeated,

    /// <summary>The results are of different searches.</summary>
    OtherSearch,

    /// <summary>The results are of one search, split differently.</summary>
    OtherSplit,
}

/// <summary>Results are not those of all parts of one search.</summary>
public sealed class SearchMergeException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="message">In words, with what would be right.</param>
    public SearchMergeException(SearchMergeProblem problem, PlainMessage message)
        : base(message.ToString()) => Problem = problem;

    /// <summary>What is wrong.</summary>
    public SearchMergeProblem Problem { get; }
}
