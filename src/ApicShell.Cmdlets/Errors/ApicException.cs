using System;
using System.Management.Automation;
using ApicShell.Texts;

namespace ApicShell.Errors;

/// <summary>A command cannot do what it was asked, for a reason that has a stable id.</summary>
public sealed class ApicException : Exception
{
    internal ApicException(string id, ErrorCategory category, object? target, PlainMessage message, Exception? inner = null)
        : base(message.ToString(), inner)
    {
        Id = id;
        Category = category;
        Target = target;
    }

    /// <summary>The id, the first part of FullyQualifiedErrorId.</summary>
    public string Id { get; }

    /// <summary>PowerShell's category.</summary>
    public ErrorCategory Category { get; }

    /// <summary>What the error is about.</summary>
    public object? Target { get; }

    internal ErrorRecord ToErrorRecord() => new(this, Id, Category, Target);
}
