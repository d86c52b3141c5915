using System;
using System.IO;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What the examples of the search find out.</summary>
public sealed class DivergenceExampleTests : ModuleTest
{
    [Fact]
    public void The_question_of_the_mail_is_answered_by_search()
    {
        string[] lines = Lines("08-find-divergence.ps1");

        string[] designs = [.. lines.SkipWhile(line => !line.StartsWith("=== Every design", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.Length != 0).Select(Squeezed)];
        Assert.Equal("None broken at depth 1: an access faults", designs[0]);
        Assert.Equal("Edk2 broken at depth 1: views of the task priority differ", designs[1]);
        Assert.Equal("A none up to depth 5", designs[2]);
        Assert.Equal(Texts("(Get-ApicDesign).Name"), designs.Select(line => line.Split(' ')[0]));

        Assert.Equal(
            ["Edk2 broken at depth 6: views of what is in service differ", "- ensure Svr 0x100", "- sti", "- allow 0x41", "- host edge 0x41", "- take", "- eoi"],
            Part("Upstream edk2").TakeWhile(line => line.Length != 0));
        Assert.StartsWith("A none at any depth: all ", Part("A, where")[0], StringComparison.Ordinal);
        Assert.Equal(["Shared none up to depth 5", "PerVmpl broken at depth 1: an access faults", "- ensure Svr 0x100"], Part("E, where").Take(3));
        Assert.Equal(["before SEC broken at depth 1: an access faults", "- ensure Svr 0x100", "after SEC none up to depth 5"], Part("C, where").Take(3));
        Assert.Equal(["B broken at depth 1: a step between modes is not drawn", "- reset"], Part("B, where").Take(2));
        Assert.Contains("fig. 16-32 has no arrow from RESET to X2Apic", Part("B, where")[3], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("Write-ApicMmio $v[0] Eoi 0x0", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("sequenceDiagram", StringComparison.Ordinal));

        string[] Part(string title) =>
            [.. lines.SkipWhile(line => !line.StartsWith($"=== {title}", StringComparison.Ordinal)).Skip(2).Select(Squeezed)];
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Several_processes_find_what_one_finds(int parts)
    {
        string[] lines = [.. Lines("09-search-in-parts.ps1", "-Parts", $"{parts}").Select(Squeezed)];

        Assert.Equal(2, lines.Count(line => line == $"{parts} processes and one agree."));
        Assert.Contains("merged none up to depth 7", lines);
        Assert.Contains("merged broken at depth 6: views of what is in service differ", lines);
    }

    private static string Squeezed(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private string[] Lines(string script, params object?[] args) =>
        [.. Texts("$script, $rest = $args; $named = @{}; if ($rest) { $named[$rest[0].TrimStart('-')] = $rest[1] }; & $script @named",
            [Path.Combine(SampleFiles.Examples, script), .. args]).SelectMany(text => text.Split('\n'))];
}
