using ApicShell.Architecture;
using ApicShell.Texts;

namespace ApicShell.Tracing;

/// <summary>What a recorded event is about.</summary>
public enum TraceRecordKind
{
    /// <summary>A read of a register of the page or of an x2APIC MSR.</summary>
    RegisterRead,

    /// <summary>A write of one.</summary>
    RegisterWrite,

    /// <summary>APIC_BASE was looked at.</summary>
    BaseRead,

    /// <summary>APIC_BASE was written.</summary>
    BaseWrite,

    /// <summary>An interrupt was sent or delivered; it is no access.</summary>
    Interrupt,
}

/// <summary>One event of a recorded trace.</summary>
/// <param name="Path">The file it came from; empty for text.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Access">The access it records; of an interrupt, null.</param>
/// <param name="Value">The value read or written.</param>
/// <param name="Text">The line as it was, made fit to be shown.</param>
/// <param name="Thread">
/// The thread of QEMU that wrote the line, where the log says it: with KVM and with multi-threaded TCG each vCPU has its own (QEMU util/log.c).
/// </param>
public sealed record TraceRecord(string Path, long Line, TraceRecordKind Kind, Access? Access, ulong Value, string Text, long? Thread = null)
{
    /// <summary>The line as it was, made fit to be shown.</summary>
    public string Text { get; init; } = PlainText.Of(Text);

    /// <summary>The register it is about; None for an interrupt.</summary>
    public ApicRegister Register => Access?.Register ?? ApicRegister.None;

    /// <summary>Hexadecimal digits of the value, 8 or 16; 0 for an interrupt, which has none.</summary>
    public int Digits => Access is { } access ? RegisterDigits.Of(access.Register, access.Kind) : 0;

    /// <summary>Whether it is an access to a register, APIC_BASE aside.</summary>
    public bool IsRegisterAccess => Kind is TraceRecordKind.RegisterRead or TraceRecordKind.RegisterWrite;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
