using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Tracing;

namespace ApicShell.Firmware;

/// <summary>
/// Makes a boot of a recorded trace: each register access becomes a step of vCPU 0, by OVMF's library; a write is of the value that was recorded.
/// Where the trace begins as OVMF does, its accesses are cut into OVMF's phases, so that what a design changes in them holds.
/// </summary>
public sealed class TraceBoot
{
    private readonly List<(ApicRegister Register, bool IsWrite, MachineStep Step)> _accesses = [];
    private ApicMode _mode = ApicMode.XApic;

    private TraceBoot(IEnumerable<TraceRecord> records)
    {
        foreach (TraceRecord record in records)
        {
            Add(record);
        }
    }

    /// <summary>Accesses that were left out: IPIs, which a trace of one vCPU has no targets for, and accesses that name no register.</summary>
    public int LeftOut { get; private set; }

    /// <summary>The boot.</summary>
    public ApicBoot Boot { get; private set; } = null!;

    /// <summary>Makes the boot.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="title">What it is.</param>
    /// <param name="records">The trace, of one vCPU.</param>
    public static TraceBoot Of(string name, string title, IEnumerable<TraceRecord> records)
    {
        var trace = new TraceBoot(records);
        trace.Boot = new ApicBoot(name, title, 1, null, [.. trace.Phases()]);
        return trace;
    }

    private void Add(TraceRecord record)
    {
        if (record.Kind == TraceRecordKind.BaseWrite)
        {
            // A guest that changes its mode does so whatever mode it starts in; what keeps the mode is no step.
            ApicMode mode = new ApicBase(record.Value).Mode;
            if (mode != _mode && mode != ApicMode.Invalid)
            {
                _mode = mode;
                _accesses.Add((ApicRegister.ApicBase, true, new MachineStep(StepVerb.Mode, Number: (uint)mode)));
            }
        }
        else if (record.IsRegisterAccess)
        {
            bool isWrite = record.Kind == TraceRecordKind.RegisterWrite;
            if (RegisterCatalogue.Find(record.Register) is null || record.Register is ApicRegister.Icr or ApicRegister.Icr2 or ApicRegister.SelfIpi)
            {
                LeftOut++;
                return;
            }

            _accesses.Add((record.Register, isWrite, new MachineStep(
                isWrite ? StepVerb.Write : StepVerb.Read, Register: record.Register, Value: isWrite ? (uint)record.Value : 0)));
        }
    }

    private IEnumerable<BootPhase> Phases()
    {
        int done = 0;
        foreach ((string phase, (ApicRegister Register, bool IsWrite)[] expected) in OvmfPhases())
        {
            int count = expected.Length;
            if (!_accesses.Skip(done).Take(count).Select(one => (one.Register, one.IsWrite)).SequenceEqual(expected))
            {
                break;
            }

            yield return Phase(phase, done, count);
            done += count;
        }

        if (done < _accesses.Count || done == 0)
        {
            yield return Phase("Trace", done, _accesses.Count - done);
        }
    }

    private BootPhase Phase(string name, int first, int count) =>
        new(name, GuestLibrary.Ovmf, "a recorded trace", [.. _accesses.Skip(first).Take(count).Select(one => one.Step)]);

    /// <summary>What OVMF's phases issue on a native KVM with one vCPU.</summary>
    private static IEnumerable<(string Phase, (ApicRegister Register, bool IsWrite)[] Accesses)> OvmfPhases()
    {
        BootRun run = BootRun.Start(DesignCatalogue.Find("None")!, new BootEnvironment { IsNative = true }, 1);
        foreach (BootPhase phase in BootCatalogue.Find("OvmfSmall")!.Phases)
        {
            int before = run.Steps.Count;
            run.Do("OvmfSmall", phase);
            yield return (phase.Name,
            [
                .. run.Steps.Skip(before).SelectMany(step => step.Accesses)
                    .Where(one => one.Access.Register != ApicRegister.ApicBase).Select(one => (one.Access.Register, one.Access.IsWrite)),
            ]);
        }
    }
}
