using ApicShell.Architecture;
using ApicShell.Firmware;
using ApicShell.Tracing;

namespace ApicShell;

/// <summary>A recorded access, repeated: a snapshot.</summary>
public sealed class ApicReplayStep
{
    private readonly ReplayStep _step;

    internal ApicReplayStep(ApicVcpu vcpu, int number, in ReplayStep step)
    {
        Vcpu = vcpu;
        Number = number;
        _step = step;
        Access = step is { Issued: { } issued, Answer: { } answer } ? new ApicAccess(vcpu, issued, answer) : null;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Number of the step, from 1.</summary>
    public int Number { get; }

    /// <summary>What was recorded.</summary>
    public TraceRecord Recorded => _step.Recorded;

    /// <summary>What became of it.</summary>
    public ReplayStatus Status => _step.Status;

    /// <summary>The access that was issued, with its answer; null where none was.</summary>
    public ApicAccess? Access { get; }

    /// <summary>The recorded register.</summary>
    public ApicRegister Register => _step.Recorded.Register;

    /// <summary>Whether the recording has a write.</summary>
    public bool IsWrite => _step.Recorded.Access?.IsWrite ?? false;

    /// <summary>The recorded value.</summary>
    public ulong RecordedValue => _step.Recorded.Value;

    /// <summary>What was read or written now.</summary>
    public ulong? Value => Access?.Value;

    /// <summary>Whether it did what it was for: a value read, a write in effect, or nothing to do.</summary>
    public bool Succeeded => _step.Succeeded;

    /// <summary>Whether a read gave the recorded value; null where there is nothing to compare.</summary>
    public bool? Matches => _step.Matches;

    /// <summary>Who answered.</summary>
    public Responder AnsweredBy => Access?.AnsweredBy ?? Responder.Nobody;

    /// <summary>Exits it cost, the library's looks at APIC_BASE included.</summary>
    public int Exits => _step.Exits;

    /// <summary>How it ended, in words.</summary>
    public string Description => Status switch
    {
        ReplayStatus.NotNeeded => "not needed: the bit is already set",
        ReplayStatus.Asserted => "the library asserts AE=1 in APIC_BASE",
        _ => Access!.Description,
    };
}
