using System;

namespace ApicShell.Firmware;

/// <summary>A line is no step.</summary>
public sealed class StepFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="text">The line.</param>
    /// <param name="message">What is wrong with it and what is allowed.</param>
    public StepFormatException(string text, string message)
        : base(message) => Text = text;

    /// <summary>The line.</summary>
    public string Text { get; }
}
