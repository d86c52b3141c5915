using System;
using ApicShell.Texts;

namespace ApicShell.Serialization;

/// <summary>What is wrong with a text that was kept.</summary>
public enum TextProblem
{
    /// <summary>Its end is missing.</summary>
    Torn,

    /// <summary>It is no JSON object.</summary>
    NotJson,

    /// <summary>It is something else than what is read here.</summary>
    OtherFormat,

    /// <summary>Another version of this program wrote it, in another form.</summary>
    OtherVersion,

    /// <summary>It says something that has no meaning here.</summary>
    UnknownMember,

    /// <summary>It does not say something that must be said.</summary>
    MissingMember,

    /// <summary>It says something twice.</summary>
    RepeatedMember,

    /// <summary>A value is none of those that are allowed.</summary>
    WrongValue,

    /// <summary>Its values do not fit together, or do not fit this program.</summary>
    Contradiction,
}

/// <summary>A text that was kept cannot be read.</summary>
public sealed class TextFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="message">In words, with what is allowed.</param>
    /// <param name="path">Where it is: the names from the whole to the part, joined by dots.</param>
    /// <param name="inner">What threw, where something did.</param>
    public TextFormatException(TextProblem problem, PlainMessage message, string path = "", Exception? inner = null)
        : base(message.ToString(), inner) => (Problem, Path) = (problem, path);

    /// <summary>What is wrong.</summary>
    public TextProblem Problem { get; }

    /// <summary>Where it is; empty where it is not one place.</summary>
    public string Path { get; }
}
