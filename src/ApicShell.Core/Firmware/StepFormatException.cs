using System;
using System.Collections.Generic;
using ApicShell.Texts;

namespace ApicShell.Firmware;

/// <summary>A line is no step.</summary>
public sealed class StepFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="text">The line.</param>
    /// <param name="message">What is wrong with it and what is allowed.</param>
    /// <param name="word">The word that is wrong, where it is one.</param>
    /// <param name="allowed">The words that may stand there, where they can be listed.</param>
    public StepFormatException(string text, PlainMessage message, string word = "", IReadOnlyList<string>? allowed = null)
        : base(message.ToString()) => (Text, Word, Allowed) = (text, word, allowed ?? []);

    /// <summary>The line.</summary>
    public string Text { get; }

    /// <summary>The word that is wrong; empty where it is not one word.</summary>
    public string Word { get; }

    /// <summary>The words that may stand in its place; empty where they cannot be listed.</summary>
    public IReadOnlyList<string> Allowed { get; }
}
