using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What the examples of SEV-SNP guests with an SVSM find out.</summary>
public sealed class SnpExampleTests
{
    [Theory]
    [InlineData("Linux")]
    [InlineData("Proposal")]
    public void An_IPI_is_posted_notified_and_injected_or_waits(string handler)
    {
        var run = ExampleRun.Of("04-snp-ipi.ps1", ("VcHandler", handler));
        string[] machines = [.. run.Rows("Machine").Distinct()];
        Assert.Equal(2, machines.Length);

        // The last access is the write of ICR; what follows is the target's.
        Assert.Equal(
            [
                "Sent|Svsm|0x41 to 0x1", "Accepted|Svsm|0x41 posted for its SVSM to find", "Sent|Hypervisor|0x50 to 0x1",
                "Accepted|Hypervisor|0x50 into IRR", "Injected|Svsm|0x41 into EVENT_INJ", "Taken|Nobody|0x41 from EVENT_INJ",
            ],
            Hops(machines[0]));

        Assert.Equal(
            [
                "Sent|Svsm|0x41 to 0x1", "Accepted|Svsm|0x41 posted for its SVSM to find", "Injected|Svsm|0x41 into EVENT_INJ",
                "Taken|Nobody|0x41 from EVENT_INJ",
            ],
            Hops(machines[1]));

        // The hypervisor takes the request to notify, and refuses it where the SVSM's own APIC is not set up; there the target's read of PPR helps.
        Assert.Single(All(machines[0]), row => row.StartsWith("GhcbExit|", StringComparison.Ordinal) && row.EndsWith("-> info1=0x0, value=0x0", StringComparison.Ordinal));
        Assert.Single(All(machines[1]), row => row.StartsWith("GhcbExit|", StringComparison.Ordinal) && row.EndsWith("-> info1=0x2, info2=0x5", StringComparison.Ordinal));
        string[] late = [.. All(machines[1]).SkipWhile(row => !row.StartsWith("Access|", StringComparison.Ordinal)).Skip(1)];
        Assert.Contains(late, row => row.StartsWith("Injected|", StringComparison.Ordinal));
        Assert.Contains("Access|Svsm|RDMSR 0x80A: Value", late);

        IReadOnlyList<string> All(string machine) => run.RowsWhere("Machine", machine, "Kind", "AnsweredBy", "Description");

        IEnumerable<string> Hops(string machine) => All(machine).Where(row => row.Split('|')[0] is "Sent" or "Accepted" or "Injected" or "Taken");
    }

    [Theory]
    [InlineData("Linux")]
    [InlineData("Proposal")]
    public void An_EOI_is_left_out_where_nothing_else_waits(string handler) => Assert.Equal(
        [
            "one, alone|0x41|no_eoi_required|0", "the same, as the SVSM sees it: at a read of PPR|0x41|Ppr|1",
            "one, alone, and the guest writes EOI|0x41|Eoi|1",
            "two at once: only the last is alone|0x62|Eoi|1", "two at once: only the last is alone|0x41|no_eoi_required|0",
            "one that interrupts 0x41|0x62|no_eoi_required|0", "the one below it|0x41|Eoi|1",
        ],
        ExampleRun.Of("05-lazy-eoi.ps1", ("VcHandler", handler)).Rows("Case", "Vector", "EndedBy", "SvsmCalls"));

    [Fact]
    public void A_vector_arrives_only_where_call_4_allows_it()
    {
        const string dropped = "Hypervisor Accepted, Hypervisor Posted, Svsm Refused|SvsmVectorNotAllowed";
        const string taken = "Hypervisor Accepted, Hypervisor Posted, Svsm Accepted, Svsm Injected, Taken|";

        Assert.Equal(
            [
                $"none|0x61|{dropped}", $"0x61|0x61|{taken}", $"0x61|0x62|{dropped}", $"all but 0x61|0x61|{dropped}", $"all but 0x61|0x62|{taken}",
            ],
            ExampleRun.Of("06-vector-not-allowed.ps1").Rows("Allowed", "Vector", "Hops", "Rule"));
    }

    [Fact]
    public void What_is_handed_off_arrives_once_but_for_what_has_no_place_or_was_forgotten()
    {
        var run = ExampleRun.Of("07-hand-off.ps1");

        Assert.All(run.Rows("InServiceBefore", "RequestedBefore", "PostedBefore", "InServiceAfter"), row => Assert.Equal("0x31, 0x52, 0x73|151|75|0x31, 0x52, 0x73", row));
        Assert.Equal(
            ["None|225|225|0|0x1E|0|0x1E", "Coconut|149|149|0|0x1E, 0x1F|75|0x1E"],
            run.Rows("SvsmBehavior", "RequestedAfter", "Arrived", "ArrivedTwice", "NeverOfRequested", "NeverOfPosted", "NoPlaceInPage"));
    }
}
