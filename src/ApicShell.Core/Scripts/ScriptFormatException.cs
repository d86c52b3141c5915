using System;
using System.Collections.Generic;
using ApicShell.Texts;

namespace ApicShell.Scripts;

/// <summary>A line is no operation, or none that may stand there.</summary>
public sealed class ScriptFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="word">The word that is wrong; empty where it is not one word.</param>
    /// <param name="message">What is wrong and what is allowed.</param>
    /// <param name="allowed">The words that may stand in its place, where they can be listed.</param>
    public ScriptFormatException(int line, string word, PlainMessage message, IReadOnlyList<string>? allowed = null)
        : base(message.ToString()) => (Line, Word, Allowed) = (line, word, allowed ?? []);

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>The word that is wrong; empty where it is not one word.</summary>
    public string Word { get; }

    /// <summary>The words that may stand in its place; empty where they cannot be listed.</summary>
    public IReadOnlyList<string> Allowed { get; }
}
