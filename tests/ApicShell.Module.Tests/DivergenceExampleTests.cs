using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What the examples of the search find out.</summary>
[Trait("Speed", "Slow")]
public sealed class DivergenceExampleTests : ModuleTest
{
    [Fact]
    public void The_question_of_the_mail_is_answered_by_search()
    {
        var run = ExampleRun.Of("08-find-divergence.ps1");

        IReadOnlyList<string> rows = run.Rows("Design", "World", "ApicScope", "After", "Verdict", "Step");
        Assert.Equal(8, rows.Count);
        Assert.Equal("None|Edk2|Shared||broken at depth 6: views of what is in service differ|ensure Svr 0x100, sti, allow 0x41, host edge 0x41, take, eoi", rows[0]);
        Assert.StartsWith("A|Mail|Shared||none at any depth: all ", rows[1], StringComparison.Ordinal);
        Assert.Equal("E|Mail|Shared||none up to depth 5|", rows[2]);
        Assert.Equal("E|Mail|PerVmpl||broken at depth 1: an access faults|ensure Svr 0x100", rows[3]);
        Assert.Equal("C|Mail|Shared||broken at depth 1: an access faults|ensure Svr 0x100", rows[4]);
        Assert.Equal("C|Mail|Shared|OvmfSmall, SEC|none up to depth 5|", rows[5]);
        Assert.Equal("B|Mail|Shared||broken at depth 1: a step between modes is not drawn|reset", rows[6]);
        Assert.Equal("A|Today|PerVmpl||broken at depth 1: views of the task priority differ|write Tpr 0x40", rows[7]);
        Assert.Contains("fig. 16-32 has no arrow from RESET to X2Apic", run.Rows("Problem")[6], StringComparison.Ordinal);

        // Beside them every design, and the lost EOI as script and diagram.
        string[] shown = [.. run.First.HostText.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        string[] designs = [.. shown.SkipWhile(line => line != "------ -------").Skip(1).TakeWhile(line => line.Length != 0)];
        Assert.Equal("None broken at depth 1: an access faults", designs[0]);
        Assert.Equal("A none up to depth 5", designs[1]);
        Assert.Equal(Texts("(Get-ApicDesign).Name"), designs.Select(line => line.Split(' ')[0]));
        Assert.Contains("Write-ApicMmio $v[0] Eoi 0x0", shown);
        Assert.Contains("sequenceDiagram", shown);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public void Several_processes_find_what_one_finds(int? parts) => Assert.Equal(
        [
            "A|Mail|True|none up to depth 7|",
            "None|Edk2|True|broken at depth 6: views of what is in service differ|ensure Svr 0x100, sti, allow 0x41, host edge 0x41, take, eoi",
        ],
        ExampleRun.Of("09-search-in-parts.ps1", parts is { } some ? [("Parts", some)] : []).Rows("Design", "World", "Same", "Verdict", "Step"));
}
