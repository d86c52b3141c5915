using System;
using ApicShell.Texts;

namespace ApicShell.Exploration;

/// <summary>A record of a search contradicts itself, or the search as this program has it.</summary>
public sealed class SearchRecordException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="member">The value that is wrong, by name.</param>
    /// <param name="message">What it is, and what would be right.</param>
    /// <param name="inner">What threw, where something did.</param>
    public SearchRecordException(string member, PlainMessage message, Exception? inner = null)
        : base($"{member}: {message}", inner) => Member = member;

    /// <summary>The value that is wrong, by name.</summary>
    public string Member { get; }
}
