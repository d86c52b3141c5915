using System;

namespace ApicShell.Architecture;

/// <summary>What software may do with a register in one mode.</summary>
[Flags]
public enum RegisterAccess
{
    /// <summary>The register is not there.</summary>
    None = 0,

    /// <summary>It can be read.</summary>
    Read = 1,

    /// <summary>It can be written.</summary>
    Write = 2,

    /// <summary>It can be read and written.</summary>
    ReadWrite = Read | Write,
}
