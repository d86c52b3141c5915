using ApicShell.Emulation;

namespace ApicShell;

/// <summary>A step on the way of a command that its answer alone does not show: numbers in, numbers out. A snapshot.</summary>
public sealed class ApicHop
{
    internal ApicHop(in Hop hop) => Core = hop;

    /// <summary>What it was.</summary>
    public ApicTraceEventKind Kind => ApicTraceEvent.KindOf(Core);

    /// <summary>The VMPL that it left from.</summary>
    public byte Vmpl => Core.Vmpl;

    /// <summary>Exit code, RAX of an SVSM call, or the request in the GHCB MSR.</summary>
    public ulong Code => Core.Code;

    /// <summary>Exit information 1, in; of the way to the guest and back a field of the VMSA.</summary>
    public ulong Info1 => Core.Info1;

    /// <summary>Exit information 2, in.</summary>
    public ulong Info2 => Core.Info2;

    /// <summary>RCX: the MSR number.</summary>
    public ulong Rcx => Core.Rcx;

    /// <summary>What is written: RDX:RAX of an MSR exit, the buffer of an MMIO exit, RDX of an SVSM call.</summary>
    public ulong Data => Core.Data;

    /// <summary>Exit information 1, RAX, or the GHCB MSR on return.</summary>
    public ulong Result1 => Core.Result1;

    /// <summary>Exit information 2, RDX, or the value read, on return.</summary>
    public ulong Result2 => Core.Result2;

    /// <summary>The hop in words.</summary>
    public string Description => ViewText.Describe(Core);

    internal Hop Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Description;
}
