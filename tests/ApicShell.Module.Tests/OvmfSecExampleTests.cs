using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What examples/01-ovmf-sec.ps1 finds out, read off the table at its end.</summary>
public sealed partial class OvmfSecExampleTests(OvmfSecExampleTests.Fixture run) : IClassFixture<OvmfSecExampleTests.Fixture>
{
    private static readonly string[] s_fixes =
        ["KVM switches at activation", "vCPU created in x2APIC", "OVMF switches in SEC", "shared APIC, SVSM switched it"];

    private static readonly string[] s_scenarios =
        ["KVM guest", "AI, Edk2, no fix", "AI, Proposal, no fix", .. Fixed("Edk2"), .. Fixed("Proposal")];

    public static TheoryData<string> FixedScenarios => [.. Fixed("Edk2"), .. Fixed("Proposal")];

    [Fact]
    public void The_table_has_every_scenario_once() => Assert.Equal(
        s_scenarios.Order(),
        run.Rows.Select(row => row.Scenario).Order());

    [Fact]
    public void A_guest_of_plain_KVM_succeeds_and_pays_three_exits_an_access()
    {
        Row row = run.Of("KVM guest");

        Assert.Equal("7 of 7", row.Succeed);
        Assert.Equal("21", row.Exits);
        Assert.Equal(("-", "-", "-"), (row.Drawn, row.Kvm, row.Reach));
        Assert.Equal("none", row.Differ);
    }

    [Fact]
    public void The_handler_of_edk2_succeeds_and_nothing_reaches_the_SVSM()
    {
        Row row = run.Of("AI, Edk2, no fix");

        Assert.Equal("7 of 7", row.Succeed);
        Assert.Equal("Hypervisor, Hypervisor", row.Reach);
        Assert.Contains("mode (SVSM x2APIC, hypervisor XApic)", row.Differ, StringComparison.Ordinal);
    }

    [Fact]
    public void The_handler_of_the_proposal_fails_at_the_first_access_without_a_fix()
    {
        Row row = run.Of("AI, Proposal, no fix");

        Assert.Equal("0 of 7", row.Succeed);
        Assert.Equal("Svsm, Svsm", row.Reach);
        string failure = Assert.Single(run.Lines, line => line.StartsWith("  AI, Proposal, no fix: access 1:", StringComparison.Ordinal));
        Assert.Contains("MMIO read 0x0F0 on vCPU 0: #GP(0)", failure, StringComparison.Ordinal);
        Assert.Contains("info1=1", failure, StringComparison.Ordinal);
        Assert.Contains("info2=0x8000030D", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_else_fails() =>
        Assert.Single(run.Lines, line => FailureLine().IsMatch(line));

    [Theory]
    [MemberData(nameof(FixedScenarios))]
    public void With_any_fix_every_access_succeeds(string scenario) => Assert.Equal(
        scenario.Contains("shared", StringComparison.Ordinal) ? "6 of 6" : "7 of 7",
        run.Of(scenario).Succeed);

    [Theory]
    [MemberData(nameof(FixedScenarios))]
    public void With_any_fix_the_views_agree(string scenario) => Assert.Equal("none", run.Of(scenario).Differ);

    [Theory]
    [MemberData(nameof(FixedScenarios))]
    public void Only_the_handler_decides_whether_the_SVSM_is_reached(string scenario) => Assert.Equal(
        scenario.Contains("Edk2", StringComparison.Ordinal) ? "Hypervisor, Hypervisor" : "Svsm, Svsm",
        run.Of(scenario).Reach);

    [Theory]
    [MemberData(nameof(FixedScenarios))]
    public void Only_a_vCPU_that_is_created_in_x2APIC_takes_a_step_that_is_neither_drawn_nor_accepted(string scenario)
    {
        string expected = scenario.Contains("created", StringComparison.Ordinal) ? "no" : "yes";

        Assert.Equal((expected, expected), (run.Of(scenario).Drawn, run.Of(scenario).Kvm));
    }

    [Fact]
    public void Every_step_of_every_scenario_is_shown_before_the_table()
    {
        Assert.All(s_scenarios, scenario => Assert.Contains($"=== {scenario}\n", run.Shown, StringComparison.Ordinal));
        // Seven rows each, under a heading each.
        Assert.Equal(7 * s_scenarios.Length, StepLine().Count(run.Shown));
        Assert.DoesNotContain('…', run.Shown);
    }

    [Fact]
    public void What_succeeds_and_is_wrong_all_the_same_is_named()
    {
        int heading = run.Lines.ToList().IndexOf("What succeeds and is wrong all the same");

        Assert.Equal(
            Fixed("Edk2").Append("AI, Edk2, no fix").Order(),
            run.Lines.Skip(heading + 1).Select(line => line.Trim().Split(": ")[0]).Order());
    }

    private static IEnumerable<string> Fixed(string handler) => s_fixes.Select(fix => $"AI, {handler}, {fix}");

    [GeneratedRegex("^  .+: access \\d+:")]
    private static partial Regex FailureLine();

    [GeneratedRegex("^ *[1-7] (read|write) ", RegexOptions.Multiline)]
    private static partial Regex StepLine();

    [GeneratedRegex(
        "^(?<scenario>\\S.*?) +(?<succeed>\\d of \\d)  +(?<exits>\\d+)  +(?<drawn>yes|no|-)  +(?<kvm>yes|no|-)"
        + "  +(?<reach>-|\\w+, \\w+)  *(?<differ>\\S.*)$")]
    private static partial Regex RowLine();

    public sealed record Row(string Scenario, string Succeed, string Exits, string Drawn, string Kvm, string Reach, string Differ);

    /// <summary>One run of the script for all tests.</summary>
    public sealed class Fixture
    {
        public Fixture()
        {
            using EngineSession session = EngineSession.WithModule();
            EngineResult result = session.Run("& $args[0]", Path.Combine(SampleFiles.Examples, "01-ovmf-sec.ps1")).NoErrors();
            Lines = [.. result.Output.Select(item => (string)item.BaseObject)];
            Shown = result.HostText;
            Rows = [.. Lines.Select(line => RowLine().Match(line)).Where(match => match.Success).Select(match => new Row(
                match.Groups["scenario"].Value, match.Groups["succeed"].Value, match.Groups["exits"].Value, match.Groups["drawn"].Value,
                match.Groups["kvm"].Value, match.Groups["reach"].Value, match.Groups["differ"].Value))];
        }

        /// <summary>Gets what it emitted: the table and what follows it.</summary>
        public IReadOnlyList<string> Lines { get; }

        /// <summary>Gets what it showed before.</summary>
        public string Shown { get; }

        public IReadOnlyList<Row> Rows { get; }

        public Row Of(string scenario) => Rows.Single(row => row.Scenario == scenario);
    }
}
