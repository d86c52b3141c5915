using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What the examples of SEV-SNP guests with an SVSM find out.</summary>
public sealed class SnpExampleTests : ModuleTest
{
    [Theory]
    [InlineData("Linux")]
    [InlineData("Proposal")]
    public void An_IPI_is_posted_notified_and_injected_or_waits(string handler)
    {
        string[] lines = Lines("04-snp-ipi.ps1", "-VcHandler", handler);
        string[] hops = [.. lines.Select(line => line.TrimStart())];

        int posted = Array.FindIndex(hops, line => line.EndsWith("Accepted: 0x41 posted for its SVSM to find", StringComparison.Ordinal));
        int notified = Array.FindIndex(hops, line => line.StartsWith("1     Hypervisor  Accepted: 0x50 into IRR", StringComparison.Ordinal));
        int injected = Array.FindIndex(hops, line => line.StartsWith("1     Svsm        Injected: 0x41 into EVENT_INJ", StringComparison.Ordinal));
        Assert.True(0 < posted && posted < notified && notified < injected);
        Assert.Contains("Accepted by vCPU 1, which takes Fixed 0x41.", hops);
        Assert.Contains("Rule SvsmNotNotified: 0x41 waits where vCPU 1's SVSM will find it.", hops);
        Assert.EndsWith("it takes Fixed 0x41.", lines[^1], StringComparison.Ordinal);
        Assert.Single(hops, line => line.EndsWith("info1=0x2, info2=0x5", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Linux")]
    [InlineData("Proposal")]
    public void An_EOI_is_left_out_where_nothing_else_waits(string handler) => Assert.Equal(
        [
            "one interrupt, alone|0x41 lazily|0",
            "two at once: only the last is alone|0x62 by EOI, 0x41 lazily|1",
            "one that interrupts 0x41, given at once|0x62 lazily|0",
            "... and 0x41 below it is ended by EOI",
            "alone, and the guest writes EOI|0x41 by EOI|1",
        ],
        Lines("05-lazy-eoi.ps1", "-VcHandler", handler).Skip(3).Take(5)
            .Select(line => string.Join('|', line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));

    [Fact]
    public void A_vector_arrives_only_where_call_4_allows_it() => Assert.Equal(
        [
            "0x61: refused, rule SvsmVectorNotAllowed; the vCPU takes nothing", "0x61: accepted; the vCPU takes Fixed 0x61",
            "0x62: refused, rule SvsmVectorNotAllowed; the vCPU takes nothing",
            "0x61: refused, rule SvsmVectorNotAllowed; the vCPU takes nothing", "0x62: accepted; the vCPU takes Fixed 0x62",
        ],
        Lines("06-vector-not-allowed.ps1").Select(line => line.Trim()).Where(line => line.StartsWith("0x6", StringComparison.Ordinal)));

    [Fact]
    public void What_is_handed_off_arrives_once_but_for_what_has_no_place_or_was_forgotten()
    {
        string[] lines = Lines("07-hand-off.ps1");

        Assert.Equal(
            ["0x31, 0x52, 0x73", "151 vectors, and 75", "0x31, 0x52, 0x73", "225 vectors", "225 vectors", "none", "0x1E", "0 vectors", "0x1E"], Results("As the"));
        Assert.Equal(
            ["0x31, 0x52, 0x73", "151 vectors, and 75", "0x31, 0x52, 0x73", "149 vectors", "149 vectors", "none", "0x1E, 0x1F", "75 vectors", "0x1E"], Results("With Coconut"));

        IEnumerable<string> Results(string part) => lines
            .SkipWhile(line => !line.StartsWith($"=== {part}", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.Length != 0).Select(line => line[35..]);
    }

    [Theory]
    [InlineData("04-snp-ipi.ps1")]
    [InlineData("05-lazy-eoi.ps1")]
    [InlineData("06-vector-not-allowed.ps1")]
    [InlineData("07-hand-off.ps1")]
    public void No_line_is_wider_than_a_screen_of_120_columns(string script) =>
        Assert.All(Lines(script), line => Assert.InRange(line.Length, 0, 120));

    private string[] Lines(string script, params object?[] args) =>
        [.. Texts("$script, $rest = $args; $named = @{}; if ($rest) { $named[$rest[0].TrimStart('-')] = $rest[1] }; & $script @named",
            [Path.Combine(SampleFiles.Examples, script), .. args])];
}
