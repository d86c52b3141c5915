using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The sequence diagram of a way: its lines are Mermaid, and everything of the way is in it.</summary>
public sealed partial class DivergenceDiagramTests : ModuleTest
{
    [Theory]
    [InlineData("* -MaxDepth 3")]
    [InlineData("* -MaxDepth 2 -Alphabet Full -VcpuCount 2 -ApicScope PerVmpl")]
    [InlineData("* -MaxDepth 3 -Alphabet Modes -Platform Native")]
    [InlineData("None -World Edk2 -Property InterruptsOnce")]
    [InlineData("None -After SEC")]
    public void Every_line_is_one_of_a_sequence_diagram(string search)
    {
        IReadOnlyList<string> diagrams = Texts($"Find-ApicDivergence {search} -WarningAction Ignore | Where-Object Found | ForEach-Object {{ $_.Mermaid }}");

        Assert.NotEmpty(diagrams);
        Assert.All(diagrams, diagram =>
        {
            string[] lines = diagram.TrimEnd('\n').Split('\n');
            Assert.Equal("sequenceDiagram", lines[0]);
            string[] participants = [.. lines.Select(line => Participant().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];
            Assert.Equal(participants.Length, participants.Distinct().Count());
            Assert.All(lines.Skip(1 + participants.Length), line =>
            {
                Match match = Message().Match(line);
                Assert.True(match.Success, line);
                Assert.All(match.Groups["who"].Captures, who => Assert.Contains(who.Value, participants));
            });
        });
    }

    [Fact]
    public void Steps_accesses_exits_interrupts_and_the_problem_are_in_it_in_order()
    {
        string diagram = Texts("(Find-ApicDivergence None -World Edk2 -Property InterruptsOnce).Mermaid")[0];
        int at = 0;
        foreach (string part in new[]
        {
            "participant G0 as guest, vCPU 0", "participant S as SVSM", "participant H as hypervisor", "participant D as device",
            "Note over G0: 1. ensure Svr 0x100", "G0->>G0: MMIO read 0x0F0", "G0->>H: GHCB exit MmioRead", "H-->>G0: 0xFF",
            "Note over G0: 3. allow 0x41", "G0->>S: call Apic.ConfigureVector, rcx=0x141", "S-->>G0: rax=0x0",
            "Note over G0: 4. host edge 0x41", "D->>H: ", "H->>S: ", "S->>G0: ", "Note over G0: 5. take", "takes 0x41", "Note over G0: 6. eoi",
            "G0->>H: GHCB exit MmioWrite", "property InterruptsOnce is broken",
        })
        {
            int found = diagram.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"{part} does not come where it should in\n{diagram}");
            at = found + part.Length;
        }
    }

    [GeneratedRegex("^    participant ([A-Z][0-9]?) as [^;#]+$")]
    private static partial Regex Participant();

    // No # but of a letter's number, and no ; but behind one: Mermaid would end the line there.
    [GeneratedRegex("^    ((?<who>[A-Z][0-9]?)(->>|-->>)(?<who>[A-Z][0-9]?)|Note over (?<who>[A-Z][0-9]?)(,(?<who>[A-Z][0-9]?))?): (?:[^#;]|#(35|59|lt);)+$")]
    private static partial Regex Message();
}
