using System;
using ApicShell.Texts;

namespace ApicShell.Emulation;

/// <summary>What a machine refuses to be or to do, before anything changes.</summary>
public enum MachineError
{
    /// <summary>No vCPU, or more than a machine can have; the value is their number.</summary>
    VcpuCount,

    /// <summary>An APIC ID that is the broadcast destination; the value is the ID.</summary>
    ApicIdBroadcast,

    /// <summary>An APIC ID that is used already; the value is the ID.</summary>
    ApicIdTwice,

    /// <summary>A checkpoint of a machine that was made otherwise; the value is its number of vCPUs.</summary>
    CheckpointUnlike,

    /// <summary>More time than the clock has left; the value is the time in nanoseconds.</summary>
    ClockEnd,

    /// <summary>Alternate Injection for a guest that has no SVSM.</summary>
    NoSvsm,

    /// <summary>The hypervisor lacks features; the value is their bits.</summary>
    FeatureMissing,

    /// <summary>What the machine runs on cannot be what was asked for.</summary>
    OptionRefused,

    /// <summary>What the machine runs on failed; the value is the system's number of the error, 0 for none.</summary>
    BackendFailed,
}

/// <summary>A machine refuses something that is asked of it from outside. What its guest does wrong is an answer, and no exception.</summary>
public class MachineException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="error">What it is.</param>
    /// <param name="value">What it is about; its meaning depends on the error.</param>
    /// <param name="message">The same in a sentence.</param>
    public MachineException(MachineError error, ulong value, PlainMessage message)
        : base(message.ToString()) => (Error, Value) = (error, value);

    /// <summary>What it is.</summary>
    public MachineError Error { get; }

    /// <summary>What it is about; its meaning depends on the error.</summary>
    public ulong Value { get; }
}
