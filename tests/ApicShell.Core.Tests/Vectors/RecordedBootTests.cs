using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Firmware;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>A boot of OVMF on one vCPU as QEMU recorded it, <c>examples/data</c>: read, replayed, and done again by the boot of that name.</summary>
public class RecordedBootTests
{
    [Fact]
    public void The_recorded_boot_starts_with_the_seven_accesses_of_sec()
    {
        (string, ulong)[] sec = [.. Recorded().Where(record => record.IsRegisterAccess).Take(7).Select(record => (record.Access!.Value.ToString().Split(" =")[0], record.Value))];
        Assert.Equal(
            [
                ("MMIO read 0x0F0", 0xFFUL), ("MMIO write 0x0F0", 0x1FFUL), ("MMIO read 0x320", 0x10000UL), ("MMIO write 0x320", 0x20005UL),
                ("MMIO write 0x380", 0xFFFFFFFFUL), ("MMIO read 0x320", 0x20005UL), ("MMIO write 0x320", 0x30005UL),
            ],
            sec);
    }

    [Fact]
    public void The_whole_recorded_boot_is_understood()
    {
        TraceRecord[] records = [.. Recorded()];
        Assert.Equal(16909, records.Length);
        Assert.Equal(20, records.Count(record => record.Kind == TraceRecordKind.RegisterRead));
        Assert.Equal(4208, records.Count(record => record.Kind == TraceRecordKind.RegisterWrite));
        Assert.Equal(8479, records.Count(record => record.Kind == TraceRecordKind.BaseRead));
        Assert.Equal(4202, records.Count(record => record.Kind == TraceRecordKind.Interrupt));
    }

    [Fact]
    public void The_whole_recorded_boot_replays_on_kvm()
    {
        // TCG and KVM differ where the facts say so: LINT0 of the bootstrap processor after RESET (0x10000 and 0x700).
        Machine machine = Machines.Native(ApicModel.Kvm);
        var replay = new Replay(machine, 0, ReplayGuest.Recorded);
        ApicRegister[] different =
            [.. Recorded().Where(record => replay.Next(record) is { Matches: false }).Select(record => record.Register)];
        Assert.Equal([ApicRegister.LvtLint0], different);
    }

    [Fact]
    public void Ovmf_on_one_vCPU_issues_what_was_recorded_up_to_the_second_EOI_of_the_timer()
    {
        TraceRecord[] recorded = [.. Recorded().Where(record => record.IsRegisterAccess)];
        int second = recorded.Select((record, index) => (record, index)).Where(pair => pair.record is { Register: ApicRegister.Eoi }).ElementAt(1).index;
        BootRun run = BootRun.Start(DesignCatalogue.Find("None")!, new BootEnvironment { IsNative = true }, 1);
        run.Do(BootCatalogue.Find("OvmfSmall")!);
        IssuedAccess[] issued = [.. run.Steps.SelectMany(step => step.Accesses).Where(one => one.Access.Register != ApicRegister.ApicBase)];

        Assert.Equal(
            recorded.Take(second + 1).Select(record => (record.Register, record.Access!.Value.IsWrite)),
            issued.Select(one => (one.Access.Register, one.Access.IsWrite)));
        Assert.Equal(
            recorded.Take(second + 1).Where(record => record.Access!.Value.IsWrite).Select(record => (record.Register, record.Value)),
            issued.Where(one => one.Access.IsWrite).Select(one => (one.Access.Register, one.Access.Value)));

        // KVM's RESET leaves the bootstrap processor's LINT0 as ExtINT, QEMU's own APIC leaves it masked.
        string[] different = [.. recorded.Zip(issued)
            .Where(pair => !pair.Second.Access.IsWrite && pair.First.Value != pair.Second.Answer.Value)
            .Select((pair, _) => $"{pair.First.Register}: recorded 0x{pair.First.Value:X}, here 0x{pair.Second.Answer.Value:X}")];
        Assert.Equal(["LvtLint0: recorded 0x10000, here 0x700"], different);
    }

    [Fact]
    public void A_trace_that_begins_as_OVMF_does_is_cut_into_its_phases()
    {
        TraceBoot trace = TraceBoot.Of("T", "", Recorded().Take(500));

        Assert.Equal(["SEC", "PEI", "DXE", "Trace"], trace.Boot.Phases.Select(phase => phase.Name));
        Assert.Equal(7, trace.Boot.Phases[0].Steps.Count);
        Assert.Equal(0, trace.LeftOut);
        Assert.Equal("write LvtTimer 0x20005", trace.Boot.Phases[0].Steps[3].ToString());
        Assert.Null(DesignComparison.Compare(DesignCatalogue.Find("C")!, trace.Boot, new BootEnvironment { World = WorldCatalogue.Mail }, []).Run.FirstProblem);
    }

    private static IEnumerable<TraceRecord> Recorded()
    {
        using var reader = new TraceLineReader(File.OpenText(Path.Combine(AppContext.BaseDirectory, "Data", "ovmf-2022.11-qemu-7.2-smp1.log")));
        var parser = new QemuTraceParser("log");
        while (reader.ReadLine() is { } line)
        {
            if (parser.Parse(line, reader.Line) is { } record)
            {
                yield return record;
            }
        }
    }
}
