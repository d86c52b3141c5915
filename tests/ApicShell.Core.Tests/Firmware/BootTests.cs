using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Firmware;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The boots: against a recorded one, and on machines where nothing may go wrong.</summary>
public class BootTests
{
    private static readonly BootEnvironment s_native = new() { IsNative = true };
    private static readonly ApicDesign s_none = DesignCatalogue.Find("None")!;

    public static TheoryData<string> Boots => [.. BootCatalogue.All.Select(boot => boot.Name)];

    [Theory]
    [MemberData(nameof(Boots))]
    public void A_boot_succeeds_on_a_native_KVM(string name)
    {
        ApicBoot boot = BootCatalogue.Find(name)!;
        IReadOnlyList<ApicBoot> chain = BootCatalogue.Chain(boot);
        BootRun run = BootRun.Start(s_none, s_native, chain.Max(one => one.VcpuCount));
        foreach (ApicBoot one in chain)
        {
            run.Do(one);
        }

        Assert.True(run.FirstProblem is null && run.Differences.Count == 0, ProblemText.Of(run));
        Assert.Equal(boot.Phases.Select(phase => phase.Name), run.Steps.Where(step => step.Boot == name).Select(step => step.Phase).Distinct());
        Assert.Equal(run.AccessCount, run.SucceededCount);
    }

    [Theory]
    [MemberData(nameof(Boots))]
    public void A_boot_says_what_it_is_and_where_each_phase_was_read(string name)
    {
        ApicBoot boot = BootCatalogue.Find(name)!;

        Assert.NotEmpty(boot.Title);
        Assert.All(boot.Phases, phase => Assert.NotEmpty(phase.Source));
        Assert.All(boot.Phases, phase => Assert.NotEmpty(phase.Steps));
        Assert.Equal(boot.Phases.Count, boot.Phases.Select(phase => phase.Name).Distinct().Count());
    }

    [Fact]
    public void PEI_of_a_small_machine_stays_in_xapic_mode_and_of_a_large_one_does_not()
    {
        Assert.All([("OvmfSmall", 2, ApicMode.XApic), ("OvmfLarge", 260, ApicMode.X2Apic)], row =>
        {
            BootRun run = BootRun.Start(s_none, s_native, row.Item2);
            run.Do(BootCatalogue.Find(row.Item1)!);
            Assert.All(Enumerable.Range(0, row.Item2), vcpu => Assert.Equal(row.Item3, run.Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode));
        });
    }

    [Fact]
    public void A_guest_goes_on_in_a_second_run_with_what_it_knows()
    {
        var views = new GuestViews();
        BootRun first = BootRun.Start(s_none, s_native, 2, machine => machine.Observer = views);
        first.Do(BootCatalogue.Find("OvmfLarge")!);
        first.Do("Mine", new BootPhase("Mine", GuestLibrary.Ovmf, "", [StepGrammar.Parse("sti"), StepGrammar.Parse("self 0x41"), StepGrammar.Parse("take 0x41")]));

        var second = new BootRun(first.Machine, s_none);
        second.Runner.Recall(views);

        Assert.Equal(ApicMode.X2Apic, second.Runner.GuestOf(0).Mode);
        Assert.Equal(0x41, second.Runner.GuestOf(0).Newest);
        Assert.Equal(first.Runner.GuestOf(0).Svr, second.Runner.GuestOf(0).Svr);
        second.Do("Mine", new BootPhase("Mine", GuestLibrary.Linux, "", [StepGrammar.Parse("eoi"), StepGrammar.Parse("v1: read Id")]));
        Assert.Null(second.FirstProblem);
        Assert.Equal([0x80Bu, 0x802u], second.Steps.Select(step => step.Accesses.Single().Access.Address));
        Assert.Empty(second.Differences);
    }

    [Theory]
    [InlineData("apic_mem_readl 0x20 = 0x0", "read Id")]
    [InlineData("cpu_set_apic_base 0xfee00d00|cpu_set_apic_base 0xfee00c00|apic_mem_readl 0x80 = 0x0", "mode X2Apic|read Tpr")]
    [InlineData("cpu_set_apic_base 0xfee00900|apic_mem_writel 0x80 = 0x20", "write Tpr 0x20")]
    [InlineData("apic_mem_writel 0x310 = 0x0|apic_mem_writel 0x300 = 0x4500|apic_mem_readl 0x20 = 0x0", "read Id")]
    public void A_trace_that_begins_otherwise_is_one_phase(string lines, string steps)
    {
        var parser = new QemuTraceParser("");
        TraceBoot trace = TraceBoot.Of("T", "", lines.Split('|').Select((line, index) => parser.Parse(line, index + 1)!));

        BootPhase phase = Assert.Single(trace.Boot.Phases);
        Assert.Equal("Trace", phase.Name);
        Assert.Equal(steps, string.Join('|', phase.Steps));
        Assert.Equal(lines.Split('|').Count(line => line.Contains(" 0x3", StringComparison.Ordinal)), trace.LeftOut);
    }
}
