using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What examples/01-ovmf-sec.ps1 finds out.</summary>
public sealed class OvmfSecExampleTests
{
    private const string Script = "01-ovmf-sec.ps1";

    private static readonly string[] s_fixes =
        ["KVM switches at activation", "vCPU created in x2APIC", "OVMF switches in SEC", "shared APIC, SVSM switched it"];

    private static readonly string[] s_scenarios =
        ["KVM guest", "Edk2, no fix", .. Fixed("Edk2"), "Proposal, no fix", .. Fixed("Proposal")];

    private readonly ExampleRun _run = ExampleRun.Of(Script);

    public static TheoryData<string> FixedScenarios => [.. Fixed("Edk2"), .. Fixed("Proposal")];

    [Fact]
    public void There_is_a_row_for_every_scenario() => Assert.Equal(s_scenarios, _run.Rows("Scenario"));

    [Fact]
    public void A_guest_of_plain_KVM_succeeds_and_pays_three_exits_an_access() =>
        Assert.Equal("7 of 7|21|LocalApic||||", Of("KVM guest", "Succeeded", "Exits", "TprAndEoiBy", "Drawn", "AcceptedByKvm", "Differ", "Problem"));

    [Fact]
    public void The_handler_of_edk2_succeeds_and_nothing_reaches_the_SVSM() => Assert.Equal(
        "7 of 7|21|Hypervisor|Ldr, mode|the SVSM sees no EOI; views differ: Ldr, mode",
        Of("Edk2, no fix", "Succeeded", "Exits", "TprAndEoiBy", "Differ", "Problem"));

    [Fact]
    public void The_handler_of_the_proposal_fails_at_the_first_access_without_a_fix()
    {
        Assert.Equal(
            "0 of 7|Svsm|MMIO read 0x0F0: #GP(0); views differ: Ldr, mode",
            Of("Proposal, no fix", "Succeeded", "TprAndEoiBy", "Problem"));
        string failure = Of("Proposal, no fix", "Failure");
        Assert.StartsWith("MMIO read 0x0F0 on vCPU 0: #GP(0)", failure, StringComparison.Ordinal);
        Assert.EndsWith("info1=1, info2=0x8000030D", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_else_fails() => Assert.Equal(["Proposal, no fix"], s_scenarios.Where(scenario => Of(scenario, "Failure").Length != 0));

    [Theory]
    [MemberData(nameof(FixedScenarios))]
    public void With_any_fix_every_access_succeeds_and_the_views_agree(string scenario) => Assert.Equal(
        scenario.Contains("shared", StringComparison.Ordinal) ? "6 of 6|12|" : "7 of 7|14|",
        Of(scenario, "Succeeded", "Exits", "Differ"));

    [Theory]
    [MemberData(nameof(FixedScenarios))]
    public void Only_the_handler_decides_whether_the_SVSM_is_reached(string scenario)
    {
        bool reached = scenario.StartsWith("Proposal", StringComparison.Ordinal);

        Assert.Equal(reached ? "Svsm" : "Hypervisor", Of(scenario, "TprAndEoiBy"));
        Assert.Equal(!reached, Of(scenario, "Problem").StartsWith("the SVSM sees no EOI", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(FixedScenarios))]
    public void Only_a_vCPU_that_is_created_in_x2APIC_takes_a_step_that_is_neither_drawn_nor_accepted(string scenario)
    {
        bool created = scenario.Contains("created", StringComparison.Ordinal);

        Assert.Equal(created ? "False|False" : "True|True", Of(scenario, "Drawn", "AcceptedByKvm"));
        Assert.Equal(created, Of(scenario, "Problem").EndsWith("RESET to x2APIC is not drawn", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_access_of_every_scenario_is_to_be_had()
    {
        var run = ExampleRun.Of(Script, ("Access", true));

        Assert.All(s_scenarios, scenario => Assert.Equal(
            ["1|Svr", "2|Svr", "3|LvtTimer", "4|LvtTimer", "5|TimerInitial", "6|LvtTimer", "7|LvtTimer"],
            run.RowsWhere("Scenario", scenario, "Number", "Register")));
        Assert.Equal(7 * s_scenarios.Length, run.First.Output.Count);
        Assert.All(run.RowsWhere("Scenario", "Proposal, no fix", "Succeeded", "AnsweredBy"), row => Assert.Equal("False|Hypervisor", row));
    }

    private static IEnumerable<string> Fixed(string handler) => s_fixes.Select(fix => $"{handler}, {fix}");

    private string Of(string scenario, params string[] properties) => Assert.Single(_run.RowsWhere("Scenario", scenario, properties));
}
