using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell.Firmware;

/// <summary>Who repeats a recording.</summary>
public enum ReplayGuest
{
    /// <summary>The accesses as they were recorded.</summary>
    Recorded,

    /// <summary>OVMF's library: it chooses MSR or memory by APIC_BASE, and derives what it writes from what it reads.</summary>
    OvmfLibrary,
}

/// <summary>What became of a recorded access.</summary>
public enum ReplayStatus
{
    /// <summary>An access was issued and answered.</summary>
    Answered,

    /// <summary>The library found nothing to change and did not write.</summary>
    NotNeeded,

    /// <summary>The library's assertion failed that the APIC is on.</summary>
    Asserted,
}

/// <summary>One recorded access, repeated.</summary>
/// <param name="Recorded">What was recorded.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Issued">The access that was issued, if one was.</param>
/// <param name="Answer">How it ended, if one was.</param>
/// <param name="Exits">Exits it cost, the library's looks at APIC_BASE included.</param>
public readonly record struct ReplayStep(TraceRecord Recorded, ReplayStatus Status, Access? Issued, Answer? Answer, int Exits)
{
    /// <summary>Whether a read gave the recorded value; null for writes, and where there is nothing to compare.</summary>
    public bool? Matches =>
        Issued is null or { IsWrite: true } || Answer is not { } answer || answer.Outcome == Outcome.Undefined
            ? null
            : answer.HasValue && answer.Value == Recorded.Value;

    /// <summary>Whether it did what it was for: a value read, a write in effect, or nothing to do.</summary>
    public bool Succeeded => Status == ReplayStatus.NotNeeded || (Status == ReplayStatus.Answered && Answer is { Succeeded: true });
}

/// <summary>Repeats recorded accesses on one vCPU, in order.</summary>
public sealed class Replay
{
    private readonly IMachine _machine;
    private readonly int _vcpu;
    private readonly ReplayGuest _guest;
    private readonly OvmfLibrary _library;
    private TraceRecord? _lastRead;
    private Answer _lastAnswer;

    /// <summary>Starts a replay.</summary>
    public Replay(IMachine machine, int vcpu, ReplayGuest guest)
    {
        _machine = machine;
        _vcpu = vcpu;
        _guest = guest;
        _library = new OvmfLibrary(machine, vcpu);
    }

    /// <summary>Repeats one recorded event; null where there is nothing to repeat: an interrupt, or a look at APIC_BASE, which the library does by itself.</summary>
    public ReplayStep? Next(TraceRecord record)
    {
        if (record.Access is not { } access || (_guest == ReplayGuest.OvmfLibrary && record.Kind == TraceRecordKind.BaseRead))
        {
            return null;
        }

        if (_guest == ReplayGuest.Recorded || !record.IsRegisterAccess)
        {
            Answer answer = _machine.Execute(_vcpu, access);
            return new ReplayStep(record, ReplayStatus.Answered, access, answer, answer.Exits);
        }

        uint offset = access.Kind == AccessKind.Mmio ? access.Address : (access.Address - ApicMsr.X2First) << 4;
        return Library(record, offset);
    }

    private ReplayStep Library(TraceRecord record, uint offset)
    {
        LibraryAccess result;
        if (record.Kind == TraceRecordKind.RegisterRead)
        {
            result = _library.Read(offset);
            _lastRead = result.Access?.Register == record.Register ? record : null;
            _lastAnswer = result.Answer;
        }
        else
        {
            uint value = ReadModifyWrite(record, out bool unchanged);
            if (unchanged && record.Register == ApicRegister.Svr)
            {
                // The library enables the APIC by software only where SVR bit 8 is clear; every other write it does whatever it read.
                return new(record, ReplayStatus.NotNeeded, null, null, 0);
            }

            result = _library.Write(offset, value);
            _lastRead = null;
        }

        return result.Access is { } issued
            ? new(record, ReplayStatus.Answered, issued, result.Answer, result.Exits)
            : new(record, ReplayStatus.Asserted, null, null, result.Exits);
    }

    /// <summary>
    /// What the library writes: after a read of the same register the fields that the recording changed, put into the value that was
    /// read now; else the recorded value.
    /// </summary>
    private uint ReadModifyWrite(TraceRecord record, out bool unchanged)
    {
        unchanged = false;
        if (_lastRead is null || _lastRead.Register != record.Register || !_lastAnswer.HasValue)
        {
            return (uint)record.Value;
        }

        ulong changed = _lastRead.Value ^ record.Value;
        ulong replaced = changed;
        foreach (BitField field in RegisterCatalogue.Find(record.Register)?.Fields ?? [])
        {
            replaced |= (changed & field.Mask) != 0 ? field.Mask : 0;
        }

        uint value = (uint)((_lastAnswer.Value & ~replaced) | (record.Value & replaced));
        unchanged = value == (uint)_lastAnswer.Value;
        return value;
    }
}
