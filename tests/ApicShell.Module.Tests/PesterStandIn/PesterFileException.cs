using System;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>A Pester file that cannot be discovered or run at all.</summary>
public sealed class PesterFileException : Exception
{
    public PesterFileException()
    {
    }

    public PesterFileException(string message)
        : base(message)
    {
    }

    public PesterFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
