using System;
using ApicShell.Texts;

namespace ApicShell.Tracing;

/// <summary>What is wrong with a trace.</summary>
public enum TraceProblem
{
    /// <summary>A line that starts like an event does not go on like one: torn, or edited.</summary>
    LineInvalid,

    /// <summary>A line is longer than any event.</summary>
    LineTooLong,

    /// <summary>There are bytes that no text has.</summary>
    NotText,
}

/// <summary>A trace cannot be read on.</summary>
public sealed class TraceFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="message">In words, without the place.</param>
    public TraceFormatException(TraceProblem problem, long line, PlainMessage message)
        : base(message.ToString())
    {
        Problem = problem;
        Line = line;
    }

    /// <summary>What is wrong.</summary>
    public TraceProblem Problem { get; }

    /// <summary>The line, from 1.</summary>
    public long Line { get; }
}
