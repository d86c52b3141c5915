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

    /// <summary>What it repeats: <c>write Svr</c>; empty where it repeats no access.</summary>
    public string Operation => Recorded.Access is not { } access
        ? ""
        : $"{(access.IsWrite ? "write" : "read")} {ViewText.Name(access.Register, access.Kind, access.Address)}";

    /// <summary>Where the access went that was issued: <c>MSR 0x808</c> or <c>page 0x080</c>; empty where none was.</summary>
    public string Place => Access is { } access ? $"{(access.Kind == AccessKind.Msr ? "MSR" : "page")} 0x{access.Address:X3}" : "";

    /// <summary>The way of the access that was issued; null where none was.</summary>
    public Route? Route => Access?.Route;

    /// <summary>Hexadecimal digits of the value, 8 or 16.</summary>
    public int Digits => Access?.Digits ?? Recorded.Digits;

    /// <summary>How it ended, in a word: as its access, or what became of it where there was none; Differs for a read that is not as recorded.</summary>
    public string Ending => Access is not { } access ? Status.ToString()
        : Matches == false && access.Succeeded ? "Differs"
        : access.Ending;

    /// <summary>How it ended, in words.</summary>
    public string Description => Status switch
    {
        ReplayStatus.NotNeeded => "not needed: the bit is already set",
        ReplayStatus.Asserted => "the library asserts AE=1 in APIC_BASE",
        _ => Access!.Description,
    };
}
