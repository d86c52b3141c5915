using System;

namespace ApicShell.Firmware;

/// <summary>A design cannot be tried.</summary>
public sealed class DesignException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="design">The design.</param>
    /// <param name="message">What is wrong with it and what is allowed.</param>
    public DesignException(ApicDesign design, string message)
        : base($"Design {design.Name}: {message}") => Design = design;

    /// <summary>The design.</summary>
    public ApicDesign Design { get; }
}
