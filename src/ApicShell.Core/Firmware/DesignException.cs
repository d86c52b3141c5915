using System;
using ApicShell.Texts;

namespace ApicShell.Firmware;

/// <summary>A design cannot be tried.</summary>
public sealed class DesignException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="design">The design.</param>
    /// <param name="message">What is wrong with it and what is allowed.</param>
    /// <param name="inner">What threw, where something did.</param>
    public DesignException(ApicDesign design, PlainMessage message, Exception? inner = null)
        : base($"Design \"{design.Name}\": {message}", inner) => Design = design;

    /// <summary>The design.</summary>
    public ApicDesign Design { get; }
}
