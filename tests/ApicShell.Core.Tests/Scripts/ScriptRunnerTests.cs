using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Scripts;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What the runner asks of a machine that is no emulator, and what it does with machines. What a script gives is recorded: KvmRecordingTests.</summary>
public class ScriptRunnerTests
{
    private readonly List<HostedMachine> _made = [];

    [Fact]
    public void A_real_machine_is_not_asked_for_what_it_cannot_do()
    {
        string[] lines = Run("vcpus 2", "mmiow 0 0xf0 0x1ff", "intr 0 on", "msi 0xfee00000 0x41", "tscdl 0 0x234", "nop 0", "log 0", "wait 5000", "settle");

        Assert.Equal("{\"i\":6,\"op\":\"log\",\"v\":0,\"log\":[\"0x41\"]}", lines[6]);
        HostedMachine machine = Assert.Single(_made);
        Assert.DoesNotContain(machine.Commands, command => command.Kind == CommandKind.Pause);
        Assert.Equal([5000UL], machine.Commands.Where(command => command.Kind == CommandKind.ClockStep).Select(command => command.Data));
        Assert.Contains(machine.Commands, command => command is { Kind: CommandKind.Access, Access: { Address: ApicMsr.TscDeadline, Value: 0x1_0234 } });
    }

    [Fact]
    public void The_processor_priority_of_a_real_machine_is_the_one_it_shows() =>
        Assert.Contains("\"0a0\":\"0x77\"", Run("mmiow 0 0x80 0x30", "lapic 0")[1], System.StringComparison.Ordinal);

    [Fact]
    public void Machines_are_disposed_of_at_a_reset_at_the_end_and_when_nobody_asks_further()
    {
        Run("nop 0", "reset", "nop 0");
        Assert.Equal([true, true], _made.Select(machine => machine.IsDisposed));
        Assert.All(_made, machine => Assert.Null(machine.Observer));

        Assert.Single(ScriptRunner.Run(ApicScript.Parse(["nop 0", "nop 0"]), Make).Take(1));
        Assert.True(_made[2].IsDisposed);
    }

    [Fact]
    public void Taking_that_never_ends_is_ended()
    {
        string[] lines = [.. ScriptRunner.Run(ApicScript.Parse(["nop 0", "settle"]), (traits, ids) => new HostedMachine(traits, ids) { NeverEnds = true })];
        Assert.Equal(["{\"i\":0,\"op\":\"nop\",\"v\":0,\"ok\":true,\"undelivered\":true}", "{\"i\":1,\"op\":\"settle\",\"ok\":true,\"undelivered\":true}"], lines);
    }

    /// <summary>As KVM 6.18 has it.</summary>
    [Fact]
    public void A_vCPU_that_waits_for_a_start_up_shows_what_INIT_left()
    {
        string[] lines = Run("vcpus 2", "mmiow 1 0xf0 0x1ff", "sregs 1", "mmiow 0 0x310 0x1000000", "mmiow 0 0x300 0x4500", "sregs 1");
        Assert.EndsWith("\"apic_base\":\"0xfee00800\",\"cr8\":\"0x0\",\"cr0\":\"0x80000033\",\"cs\":\"0x8\"}", lines[2], System.StringComparison.Ordinal);
        Assert.EndsWith("\"apic_base\":\"0xfee00800\",\"cr8\":\"0x0\",\"cr0\":\"0x10\",\"cs\":\"0xf000\"}", lines[5], System.StringComparison.Ordinal);
    }

    /// <summary>As KVM 6.18 has it: a host's write of TPR finds the processor priority at once, though the vCPU does not run.</summary>
    [Fact]
    public void The_page_shows_the_priority_that_a_host_set()
    {
        string[] lines = [.. ScriptRunner.Run(ApicScript.Parse(["wrmsr 0 0x1b 0xfee00d00", "hwrmsr 0 0x808 0xe5", "lapic 0"]), Machines.Emulated)];
        Assert.Contains("\"080\":\"0xe5\",\"0a0\":\"0xe5\"", lines[2], System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_says_where_it_left_KVM()
    {
        string[] lines = [.. ScriptRunner.Run(ApicScript.Parse(["quirks_off 4", "wrmsr 0 0x1b 0xfee00d00", "check 0 mmio 0x390 gt 0"]), Machines.Emulated)];
        Assert.EndsWith("\"true\":true,\"ok\":true,\"exit_mmio\":\"r 0xfee00390/4\"}", lines[2], System.StringComparison.Ordinal);
    }

    [Fact]
    public void Who_watched_a_machine_still_does()
    {
        var trace = new TraceRing();
        string[] lines = [.. ScriptRunner.Run(ApicScript.Parse(["rdmsr 0 0x1b"]), (traits, ids) =>
        {
            Machine machine = Machines.Emulated(traits, ids);
            (trace.Machine, machine.Observer) = (machine, trace);
            return machine;
        })];
        Assert.Equal("{\"i\":0,\"op\":\"rdmsr\",\"v\":0,\"idx\":\"0x1b\",\"value\":\"0xfee00900\"}", Assert.Single(lines));
        Assert.Contains(Enumerable.Range(0, trace.Count).Select(at => trace[at].Access), access => access is { Address: ApicMsr.ApicBase });
    }

    [Fact]
    public void A_result_that_the_source_leaves_open_says_so()
    {
        string[] lines = [.. ScriptRunner.Run(ApicScript.Parse(["wrmsr 0 0x1b 0xfee00900", "mmior 0 0xb0"]), (traits, ids) => Machines.Emulated(traits with { Model = ApicModel.Amd }, ids))];
        Assert.EndsWith(",\"undefined\":true}", lines[1], System.StringComparison.Ordinal);
    }

    private string[] Run(params string[] lines) => [.. ScriptRunner.Run(ApicScript.Parse(lines), Make)];

    private HostedMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds)
    {
        _made.Add(new(traits, apicIds));
        return _made[^1];
    }
}
