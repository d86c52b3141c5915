using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Scripts;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// Sessions as scripts for a real KVM. The proof: the script, run as recordings are, gives the answers that the session gave.
/// </summary>
public class KvmApicWriterTests
{
    private static readonly KvmQuirks[] s_quirks =
    [
        KvmQuirks.Default,
        KvmQuirks.None,
        KvmQuirks.Default | KvmQuirks.LastVcpuUnmapped,
        KvmQuirks.Default | KvmQuirks.X2Apic32BitIds | KvmQuirks.EoiBroadcastSuppression,
    ];

    private static readonly ApicRegister[] s_written =
    [
        ApicRegister.Tpr, ApicRegister.Svr, ApicRegister.Eoi, ApicRegister.Esr, ApicRegister.Icr, ApicRegister.Icr2, ApicRegister.Ldr, ApicRegister.Dfr,
        ApicRegister.LvtTimer, ApicRegister.LvtLint0, ApicRegister.LvtError, ApicRegister.TimerDivide, ApicRegister.SelfIpi,
    ];

    // Of the page only registers that can be read: KVM leaves a read of any other open.
    private static readonly ApicRegister[] s_read =
    [
        ApicRegister.Id, ApicRegister.Version, ApicRegister.Tpr, ApicRegister.Ppr, ApicRegister.Ldr, ApicRegister.Svr, ApicRegister.Isr1, ApicRegister.Irr1,
        ApicRegister.Irr2, ApicRegister.Tmr1, ApicRegister.Esr, ApicRegister.Icr, ApicRegister.LvtTimer, ApicRegister.LvtLint0, ApicRegister.TimerInitial,
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_script_of_a_session_gives_the_answers_of_the_session(int seed)
    {
        string[] lines = Lines(Session(new Random(seed)));

        int compared = AssertAnswers(lines);

        Assert.True(compared > 60, $"only {compared} answers were compared");
        Assert.DoesNotContain(lines, line => line.StartsWith("# left out", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_taken_stands_where_it_was_taken_and_ends_by_its_own_EOI()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits(), 0);
        machine.Execute(0, Access.WriteMmio(0xF0, 0x1FF));
        machine.Execute(0, Access.WriteMmio(0x300, 0x40031));
        machine.Execute(0, Access.WriteMmio(0x300, 0x40042));
        Assert.Equal(0x42, machine.Acknowledge(0, spuriously: false).Vector);
        machine.Execute(0, Access.ReadMmio(0x120));
        machine.Execute(0, Access.WriteMmio(0xB0, 0));
        Assert.Equal(0x31, machine.Acknowledge(0, spuriously: false).Vector);

        string[] lines = Lines((machine, trace));

        Assert.Equal(2, lines.Count(line => line.StartsWith("intr 0 on", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.StartsWith("eoi 0 off", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("log 0", StringComparison.Ordinal) && line.Contains("[\"0x42\"]", StringComparison.Ordinal));
        AssertAnswers(lines);
    }

    [Fact]
    public void A_change_of_CR8_and_a_word_set_by_the_host_are_in_the_script_before_what_reads_them()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits(), 0);
        machine.WriteCr8(0, 5);
        machine.Execute(0, Access.ReadMmio(0x80));
        machine.WriteHostPage(0, 0x80, 0x37);
        machine.Execute(0, Access.ReadMmio(0x80));

        string[] lines = Lines((machine, trace));

        Assert.Equal(["cr8w 0 5", "mmior 0 0x80", "hlapic 0 0x80 0x37", "mmior 0 0x80"], lines[^4..].Select(line => line.Split("#=")[0].TrimEnd()));
        Assert.Equal(5, AssertAnswers(lines));
    }

    [Fact]
    public void A_vCPU_that_the_host_stops_is_left_out_and_counted()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits(), 0);
        machine.SetPaused(0, true);
        machine.SetPaused(0, false);

        Assert.Equal(2, Lines((machine, trace)).Count(line => line.StartsWith("# left out: vCPU 0, ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_timer_runs_while_the_script_waits()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits(), 0);
        machine.Execute(0, Access.WriteMmio(0xF0, 0x1FF));
        machine.Execute(0, Access.WriteMmio(0x320, 0x40040));
        machine.Execute(0, Access.WriteMsr(ApicMsr.TscDeadline, 5_000_000));
        machine.Advance(10_000_000);
        machine.Execute(0, Access.ReadMmio(0x220));
        machine.Execute(0, Access.ReadMsr(ApicMsr.TscDeadline));

        string[] lines = Lines((machine, trace));

        Assert.Equal(
            ["tscdl 0 5000000", "wait 10000000", "nop 0", "mmior 0 0x220", "rdmsr 0 0x6e0"],
            lines.Where(line => line[0] != '#').Select(line => line.Split('#')[0].TrimEnd()).TakeLast(5));
        Assert.Contains(lines, line => line.Contains("{\"value\":\"0x1\"}", StringComparison.Ordinal));
        AssertAnswers(lines);
    }

    /// <summary>Only what is still to come can be said from now: a real KVM's counter is far on.</summary>
    [Fact]
    public void A_deadline_that_is_past_or_now_is_written_as_it_was()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits(), 0);
        machine.Execute(0, Access.WriteMmio(0xF0, 0x1FF));
        machine.Execute(0, Access.WriteMmio(0x320, 0x40040));
        machine.Advance(1000);
        foreach (ulong deadline in new ulong[] { 999, 1000, 1001 })
        {
            machine.Execute(0, Access.WriteMsr(ApicMsr.TscDeadline, deadline));
        }

        Assert.Equal(
            ["wrmsr 0 0x6e0 0x3e7", "wrmsr 0 0x6e0 0x3e8", "tscdl 0 1"],
            Lines((machine, trace)).Select(line => line.Split("#=")[0].TrimEnd()).Where(line => line.StartsWith("tscdl 0 ", StringComparison.Ordinal) || line.StartsWith("wrmsr 0 0x6e0", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_vCPU_that_waits_for_its_start_executes_nothing()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits(), 0, 1);
        machine.Execute(0, Access.WriteMmio(0x310, 1 << 24));
        machine.Execute(0, Access.WriteMmio(0x300, 0x4500));
        machine.Execute(1, Access.ReadMmio(0x80));
        machine.Execute(0, Access.WriteMmio(0x300, 0x4601));
        machine.Execute(1, Access.ReadMmio(0x80));
        machine.Execute(0, Access.WriteMmio(0x300, 0x4400));

        string[] lines = Lines((machine, trace));

        // What an IPI brings is no action of the host.
        Assert.DoesNotContain(lines, line => line.StartsWith("nmi ", StringComparison.Ordinal));

        Assert.Single(lines, line => line.StartsWith("# left out: vCPU 1, MMIO read 0x080", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("mmior 1 0x80", StringComparison.Ordinal));
        AssertAnswers(lines);
    }

    [Theory]
    [InlineData(ApicModel.Amd, null, "feature tscdl off")]
    [InlineData(ApicModel.Kvm, ApicMode.X2Apic, "hwrmsr 0 0x1b 0xfee00d00")]
    [InlineData(ApicModel.Amd, null, "hwrmsr 0 0x1b 0xfee00100")]
    public void The_script_starts_as_the_machine_does(ApicModel model, ApicMode? reset, string operation)
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits { Model = model, ResetMode = reset }, 0);
        machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase));

        string[] lines = Lines((machine, trace));

        Assert.Contains(lines, line => line.StartsWith(operation, StringComparison.Ordinal));
        AssertAnswers(lines);
    }

    [Fact]
    public void The_script_makes_the_machine_with_its_options()
    {
        var traits = new ApicTraits { OffersX2Apic = false, OffersTscDeadline = false, Quirks = KvmQuirks.X2Apic32BitIds | KvmQuirks.EoiBroadcastSuppression };
        (Machine machine, TraceRing trace) = Watched(traits, 0, 300);
        machine.Execute(1, Access.ReadMmio(0x20));

        Assert.Equal(
            ["vcpuids 0 300", "feature x2apic off", "feature tscdl off", "irqchip split", "x2apic_api 3", "quirks_off 5", "hlapic 0 0xf0 0xff", "mmior 1 0x20"],
            Lines((machine, trace)).Where(line => line[0] != '#').Select(line => line.Split('#')[0].TrimEnd()));
        AssertAnswers(Lines((machine, trace)));
    }

    [Fact]
    public void Another_bootstrap_processor_is_made_by_the_hosts_hand()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits { BootstrapId = 7 }, 0, 7);
        foreach (int vcpu in (int[])[0, 1])
        {
            machine.Execute(vcpu, Access.ReadMsr(ApicMsr.ApicBase));
            machine.Execute(vcpu, Access.ReadMmio(0x350));
            machine.Execute(vcpu, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Host));
        }

        Assert.Equal(6, Lines((machine, trace)).Count(line => line.Contains("dmsr ", StringComparison.Ordinal) && line.Contains("#=", StringComparison.Ordinal)
            || line.StartsWith("mmior", StringComparison.Ordinal)));
        AssertAnswers(Lines((machine, trace)));
    }

    [Fact]
    public void What_cannot_be_said_is_a_comment_and_counted()
    {
        (Machine machine, TraceRing trace) = Watched(new ApicTraits(), 0);
        machine.SetPin(0, 0, asserted: true);
        machine.Reset(0);
        machine.Restore(machine.Checkpoint());
        machine.PostNmi(0);
        machine.SetInterruptFlag(0, on: true);
        var text = new StringWriter();
        var writer = new KvmApicWriter(text, SnpHop.NameOf);

        Write(writer, machine, trace);

        Assert.Equal(3, writer.Unsaid);
        Assert.Contains("LINT0", writer.FirstUnsaid, StringComparison.Ordinal);
        Assert.Contains("\nnmi 0 ", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_events_are_one_vCPU()
    {
        var parser = new QemuTraceParser("boot.log");
        var text = new StringWriter();
        var writer = new KvmApicWriter(text, SnpHop.NameOf);
        writer.WriteHead(null, "boot.log");
        foreach (string line in (string[])["apic_mem_readl 0xf0 = 0x000000ff", "apic_mem_writel 0xf0 = 0x000001ff", "cpu_get_apic_base 0x00000000fee00900", "apic_local_deliver vector 3 delivery mode 0"])
        {
            writer.Write(parser.Parse(line, 1)!);
        }

        string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(4, AssertAnswers(lines));
        Assert.Equal(1, writer.Unsaid);
    }

    /// <summary>What a session gives when it does a hundred things by chance.</summary>
    private static (Machine Machine, TraceRing Trace) Session(Random random)
    {
        int vcpus = random.Next(1, 4);
        (Machine machine, TraceRing trace) = Watched(new ApicTraits { Quirks = s_quirks[random.Next(s_quirks.Length)] }, [.. Enumerable.Range(0, vcpus).Select(id => (uint)id)]);
        for (int i = 0; i < 120; i++)
        {
            Act(machine, random, random.Next(vcpus));
        }

        return (machine, trace);
    }

    private static void Act(Machine machine, Random random, int vcpu)
    {
        bool x2 = machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode == ApicMode.X2Apic;
        AccessOrigin origin = random.Next(8) == 0 ? AccessOrigin.Host : AccessOrigin.Guest;
        switch (random.Next(12))
        {
            case 0:
                machine.Execute(vcpu, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00000 | (ulong)(vcpu == 0 ? 0x100 : 0) | ((ulong)random.Next(1, 4) << 10), origin));
                break;
            case 1:
                machine.Acknowledge(vcpu, spuriously: false);
                break;
            case 2:
                machine.SendMsi(0xFEE00000 | ((ulong)random.Next(vcpu + 2) << 12) | (random.Next(4) == 0 ? 4UL : 0), (uint)random.Next(0x30, 0x60) | (random.Next(4) == 0 ? 0x400u : 0));
                break;
            case 3:
                machine.PostNmi(vcpu);
                break;
            case 4:
                machine.WriteCr8(vcpu, (ulong)random.Next(16));
                break;
            case 5:
                machine.WriteHostPage(vcpu, (uint)RegisterCatalogue.Find(ApicRegister.Tpr)!.Offset, (uint)random.Next(0x100));
                break;
            case < 10:
                ApicRegister written = s_written[random.Next(s_written.Length)];
                ulong value = Value(written, random);
                machine.Execute(vcpu, x2 || origin == AccessOrigin.Host
                    ? Access.WriteMsr(RegisterCatalogue.Find(written)!.Msr, value, origin)
                    : Access.WriteMmio((uint)RegisterCatalogue.Find(written)!.Offset, (uint)value));
                break;
            default:
                ApicRegister read = s_read[random.Next(s_read.Length)];
                machine.Execute(vcpu, x2 || origin == AccessOrigin.Host
                    ? Access.ReadMsr(RegisterCatalogue.Find(read)!.Msr, origin)
                    : Access.ReadMmio((uint)RegisterCatalogue.Find(read)!.Offset));
                break;
        }
    }

    // Fixed IPIs only: an INIT would end the session of a vCPU.
    private static ulong Value(ApicRegister register, Random random) => register switch
    {
        ApicRegister.Icr => (uint)random.Next(0x30, 0x60) | ((uint)random.Next(4) << 18) | 0x4000,
        ApicRegister.Svr => random.Next(3) == 0 ? 0xFFUL : 0x1FF,
        ApicRegister.Eoi => 0,
        ApicRegister.Tpr => (uint)random.Next(0x50),
        _ => (uint)random.Next(),
    };

    private static (Machine Machine, TraceRing Trace) Watched(ApicTraits traits, params uint[] apicIds)
    {
        var machine = new Machine(traits, new NativePlatform(), apicIds);
        var trace = new TraceRing { Machine = machine };
        machine.Observer = trace;
        return (machine, trace);
    }

    private static string[] Lines((Machine Machine, TraceRing Trace) session)
    {
        var text = new StringWriter { NewLine = "\n" };
        Write(new KvmApicWriter(text, SnpHop.NameOf), session.Machine, session.Trace);
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Write(KvmApicWriter writer, Machine machine, TraceRing trace)
    {
        writer.WriteHead(machine, "A test.");
        for (int i = 0; i < trace.Count; i++)
        {
            writer.Write(trace[i]);
        }
    }

    /// <summary>Runs a script as a recording is run; every expectation in it holds.</summary>
    private static int AssertAnswers(string[] lines)
    {
        string[] operations = [.. lines.Where(line => line.Split('#')[0].Trim().Length > 0)];
        string[] answers = [.. ScriptRunner.Run(ApicScript.Parse(lines), Machines.Emulated)];
        Assert.Equal(operations.Length, answers.Length);
        int compared = 0;
        for (int i = 0; i < operations.Length; i++)
        {
            int mark = operations[i].IndexOf("#= ", StringComparison.Ordinal);
            if (mark < 0)
            {
                continue;
            }

            using JsonDocument expected = JsonDocument.Parse(operations[i][(mark + 3)..]);
            using JsonDocument answer = JsonDocument.Parse(answers[i]);
            foreach (JsonProperty property in expected.RootElement.EnumerateObject())
            {
                Assert.True(
                    answer.RootElement.TryGetProperty(property.Name, out JsonElement got) && got.GetRawText() == property.Value.GetRawText(),
                    string.Create(CultureInfo.InvariantCulture, $"operation {i}: {operations[i]}\n    gives {answers[i]}"));
            }

            compared++;
        }

        return compared;
    }
}
