using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Commands and answers are plain values: a machine without the emulator's state carries out the one and gives the other.</summary>
public class OtherMachineTests
{
    private const uint LvtTimer = 0x320;

    private static readonly KvmRecording[] s_recordings = [.. KvmRecordingTests.Files().Order(StringComparer.Ordinal).Select(KvmRecording.OfFile)];

    /// <summary>The recordings that have nothing but commands.</summary>
    private static IEnumerable<(KvmRecording Recording, IReadOnlyList<RecordedCommand> Commands)> Commanded =>
        from recording in s_recordings
        let commands = RecordedCommand.All(recording)
        where commands is not null
        select (recording, commands);

    [Fact]
    public void The_emulator_answers_each_recorded_command_as_the_recorded_machine_does()
    {
        int compared = 0;
        foreach ((KvmRecording recording, IReadOnlyList<RecordedCommand> commands) in Commanded)
        {
            (RecordedMachine recorded, Machine emulated) = Both(recording, commands);
            foreach (MachineCommand command in commands.Select(one => one.Command))
            {
                Assert.True(Seen(recorded.Do(command)) == Seen(emulated.Do(command)), $"{recording}: {command}");
                compared++;
            }

            Assert.Equal(0, recorded.Left);
        }

        Assert.True(compared >= 650, $"only {compared} commands");
    }

    [Fact]
    public void A_replay_takes_the_recorded_machine_for_the_emulator()
    {
        int replayed = 0;
        foreach ((KvmRecording recording, IReadOnlyList<RecordedCommand> commands) in Commanded.Where(pair => pair.Commands.All(IsOfTheGuestOfVcpu0)))
        {
            (RecordedMachine recorded, Machine emulated) = Both(recording, commands);
            (Replay here, Replay there) = (new(emulated, 0, ReplayGuest.Recorded), new(recorded, 0, ReplayGuest.Recorded));
            foreach (RecordedCommand one in commands)
            {
                TraceRecord record = Record(one);
                (ReplayStep ours, ReplayStep theirs) = (here.Next(record)!.Value, there.Next(record)!.Value);
                Assert.Equal(one.Command.Access.IsWrite || !one.Answer.HasValue, theirs.Matches is not true);
                Assert.True(
                    (ours.Issued, ours.Matches, Seen(ours.Answer!.Value)) == (theirs.Issued, theirs.Matches, Seen(theirs.Answer!.Value)),
                    $"{recording}: {one.Command}");
                replayed++;
            }

            Assert.Equal(0, recorded.Left);
        }

        Assert.True(replayed >= 500, $"only {replayed} accesses");
    }

    /// <summary>Wherever KVM's recordings have a look at APIC_BASE in x2APIC mode and then an access, the library takes the access that was recorded.</summary>
    [Fact]
    public void The_library_goes_through_the_recorded_machine_by_msrs()
    {
        int found = 0;
        foreach (KvmRecording recording in s_recordings)
        {
            RecordedCommand?[] all = [.. recording.Operations.Zip(recording.Answers, RecordedCommand.Of)];
            foreach ((RecordedCommand? look, RecordedCommand? then) in all.Zip(all.Skip(1)))
            {
                if (look?.Command == MachineCommand.ReadMsr(0, ApicMsr.ApicBase) && new ApicBase(look.Answer.Value).Mode == ApicMode.X2Apic
                    && then is { Command: { Kind: CommandKind.Access, Vcpu: 0, Access: { Kind: AccessKind.Msr, Address: >= 0x800, Value: <= uint.MaxValue } access } })
                {
                    var machine = new RecordedMachine([look, then]);
                    var library = new OvmfLibrary(machine, 0);
                    uint offset = (access.Address - ApicMsr.X2First) << 4;
                    LibraryAccess taken = access.IsWrite ? library.Write(offset, (uint)access.Value) : library.Read(offset);
                    Assert.Equal((access, then.Answer, 0), (taken.Access, taken.Answer, machine.Left));
                    found++;
                }
            }
        }

        Assert.True(found >= 20, $"only {found} looks");
    }

    /// <summary>OVMF's SEC phase as QEMU recorded it, its looks at APIC_BASE and all: the library that replays it takes each of them, in order.</summary>
    [Fact]
    public void The_library_goes_through_the_recorded_machine_by_memory()
    {
        var parser = new QemuTraceParser("log");
        TraceRecord[] sec = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "ovmf-2022.11-qemu-7.2-smp1.log")).Skip(9).Take(21)
            .Select((line, index) => parser.Parse(line, index + 10)!)];
        var machine = new RecordedMachine(sec.Select(record => new RecordedCommand(
            new(0, record.Access!.Value),
            new(record.Access.Value.IsWrite ? Outcome.Done : Outcome.Value, RuleId.None, record.Access.Value.IsWrite ? 0 : record.Value))));
        var replay = new Replay(machine, 0, ReplayGuest.OvmfLibrary);

        ReplayStep[] steps = [.. sec.Select(replay.Next).Where(step => step is not null).Select(step => step!.Value)];

        Assert.Equal(7, steps.Length);
        Assert.All(steps, step => Assert.True(step.Succeeded && step.Matches is not false));
        Assert.Equal(0, machine.Left);
    }

    [Fact]
    public void An_export_begins_with_the_recorded_machine()
    {
        using var text = new StringWriter();
        var writer = new KvmApicWriter(text, _ => null);

        writer.WriteHead(new RecordedMachine([], 2), "A test.");

        Assert.Contains("vcpus 2", text.ToString().Split(text.NewLine).Select(line => line.Split('#')[0].TrimEnd()));
        Assert.Equal(0, writer.Unsaid);
    }

    [Fact]
    public void What_the_recorded_machine_cannot_do_it_refuses_by_its_rule()
    {
        RecordedCommand read = RecordedCommand.Of("mmior 0 0x30", "{\"value\":\"0x50014\"}")!;
        var machine = new RecordedMachine([read]);
        var refused = new Answer(Outcome.Rejected, RuleId.NoCapability, responder: Responder.Nobody);

        Assert.False(machine.Can(MachineCapability.Clock));
        Assert.Equal(refused, machine.Do(MachineCommand.Advance(1000)));
        Assert.False(machine.Can(MachineCapability.Checkpoints));
        Assert.Equal(refused, machine.Do(new(CommandKind.Restored, -1)));
        Assert.False(machine.Can(MachineCapability.Platform));
        Assert.All(Enumerable.Range((int)CommandKind.FirstOfPlatform, 192), kind => Assert.Equal(refused, machine.Do(new((CommandKind)kind, 0))));
        Assert.Equal(1, machine.Left);
        Assert.Equal(read.Answer, machine.Do(read.Command));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_SEV_SNPs_comes_to_nothing_on_a_machine_without_it(bool isOurs)
    {
        IMachine machine = isOurs ? Machines.Native(ApicModel.Kvm) : new RecordedMachine([]);
        var call = SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.QueryFeatures, 7, 9);

        Assert.False(machine.Can(MachineCapability.Platform));
        Assert.Equal(call, machine.CallSvsm(0, call, isPending: true, out RuleId rule));
        Assert.Equal(RuleId.NoCapability, rule);
        Assert.Equal(new(GhcbReply.Malformed, GhcbReply.InvalidEvent, 0), machine.Exit(0, 0, new GhcbRequest(GhcbExitCode.Msr, 0, 0, ApicMsr.ApicBase, 0)));
        Assert.Equal(0x123UL, machine.ExitByMsr(0, 0, 0x123));
        Assert.False(machine.EnableAlternateInjection(0, VcHandler.Proposal));
        Assert.False(machine.SetUpSvsmApic(0));
        Assert.False(machine.TryLazyEoi(0));
        Assert.Equal(default, machine.InterceptTake(0));
    }

    /// <summary>A capability is a promise, and its lack a refusal: of the emulator's machines too.</summary>
    [Fact]
    public void The_emulator_can_do_what_it_says_it_can()
    {
        foreach (Machine machine in new[] { Machines.Native(ApicModel.Kvm), Machines.Snp() })
        {
            Assert.True(machine.Can(MachineCapability.Clock) && machine.Can(MachineCapability.Checkpoints) && machine.Can(MachineCapability.HostPage));
            Assert.Equal(Outcome.Done, machine.Do(MachineCommand.Advance(1000)).Outcome);
            Assert.Equal(Outcome.Done, machine.Do(new(CommandKind.HostWord, 0, LvtTimer, 0x1_0030)).Outcome);
            Assert.Equal(RuleId.NoCapability, machine.Do(new(CommandKind.Restored, -1)).Rule);
            Assert.Equal(machine.Can(MachineCapability.Platform), machine.Do(new(SnpCommands.GuestEntry, 0)).Rule != RuleId.NoCapability);
        }
    }

    private static bool IsOfTheGuestOfVcpu0(RecordedCommand one) => one.Command is { Kind: CommandKind.Access, Vcpu: 0, Access.Origin: AccessOrigin.Guest };

    private static (RecordedMachine Recorded, Machine Emulated) Both(KvmRecording recording, IReadOnlyList<RecordedCommand> commands)
    {
        var recorded = new RecordedMachine(commands, Math.Max(1, recording.VcpuCount));
        return (recorded, new(recorded.Traits, new NativePlatform(), [.. Enumerable.Range(0, recorded.VcpuCount).Select(recorded.InitialApicId)]));
    }

    private static TraceRecord Record(RecordedCommand one)
    {
        Access access = one.Command.Access;
        TraceRecordKind kind = (access.Register == ApicRegister.ApicBase, access.IsWrite) switch
        {
            (true, true) => TraceRecordKind.BaseWrite,
            (true, false) => TraceRecordKind.BaseRead,
            (false, true) => TraceRecordKind.RegisterWrite,
            (false, false) => TraceRecordKind.RegisterRead,
        };
        return new("", 1, kind, access, access.IsWrite ? access.Value : one.Answer.Value, one.Command.ToString());
    }

    /// <summary>What one who has no part in a machine sees of an answer: a write that was dropped looks like one that was done.</summary>
    private static string Seen(Answer answer) => answer.Outcome switch
    {
        Outcome.Value or Outcome.Unclaimed => $"0x{answer.Value:x}",
        Outcome.Done or Outcome.Dropped => $"done {answer.Value}",
        _ => answer.Outcome.ToString(),
    };
}
