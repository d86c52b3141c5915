using System;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Searches at the prompt: what is found, what it says, and that the parameters mean what they should.</summary>
public sealed class DivergenceTests : ModuleTest
{
    [Theory]
    [InlineData("None", "None: broken at depth 1: views of the task priority differ")]
    [InlineData("A -MaxDepth 5", "A: broken at depth 1: views of the task priority differ")]
    [InlineData("None -World Mail", "None: broken at depth 1: an access faults")]
    [InlineData("None -World Edk2 -Property InterruptsOnce", "None: broken at depth 6: views of what is in service differ")]
    [InlineData("A -World Mail -MaxDepth 5", "A: none up to depth 5")]
    [InlineData("A -World Mail -MaxDepth 1000 -ExcludeStep advance, 'self*'", "A: none at any depth: all 584 states seen")]
    [InlineData("E -World Mail -ApicScope PerVmpl", "E: broken at depth 1: an access faults")]
    [InlineData("C -World Mail", "C: broken at depth 1: an access faults")]
    [InlineData("C -World Mail -After SEC -MaxDepth 4", "C: none up to depth 4")]
    [InlineData("C -World Mail -After sec -Boot OvmfSmall -MaxDepth 4", "C: none up to depth 4")]
    [InlineData("B -Alphabet Modes -Property ModeSteps", "B: broken at depth 1: a step between modes is not drawn")]
    [InlineData("J -Alphabet @() -Step reset -Property ModeSteps -MaxDepth 5", "J: none at any depth: all 1 states seen")]
    [InlineData("None -Platform Native -Alphabet Interrupts -MaxDepth 4", "None: none up to depth 4")]
    [InlineData("A -Alphabet @() -Step 'rdmsr 0x8FF'", "A: broken at depth 1: an access faults")]
    [InlineData("A -World Mail -Alphabet Access -Step 'wrpage 0x80 0x40' -ExcludeStep 'wrpage*' -MaxDepth 3", "A: none up to depth 3")]
    public void A_search_says_what_it_found(string arguments, string verdict) =>
        Assert.Equal([verdict], Texts($"Find-ApicDivergence {arguments} -WarningAction Ignore"));

    [Fact]
    public void A_way_has_its_steps_its_problem_and_its_trace()
    {
        EngineResult result = Run("""
            $found = Find-ApicDivergence None -World Edk2 -Property InterruptsOnce
            $found.Step -join '; '
            "$($found.Found) $($found.Status) $($found.Depth) $($found.Property) $($found.Break) $($found.IsShortest) $($found.Part) of $($found.Of)"
            $found.Problem
            ($found.Trace | ForEach-Object { $_.Kind }) -join ' '
            """);
        string[] lines = [.. result.Output.Select(line => $"{line}")];

        Assert.Equal("ensure Svr 0x100; sti; allow 0x41; host edge 0x41; take; eoi", lines[0]);
        Assert.Equal("True Broken 6 InterruptsOnce ServiceView True 1 of 1", lines[1]);
        Assert.Contains("MMIO write 0x0B0", lines[2], StringComparison.Ordinal);
        Assert.Contains("SVSM", lines[2], StringComparison.Ordinal);
        Assert.Contains("KVM lapic.c", lines[2], StringComparison.Ordinal);
        Assert.Contains("DirectMessage", lines[3], StringComparison.Ordinal);
        Assert.Contains("Taken", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_without_a_way_has_no_way() => Assert.Equal(
        ["False DepthReached None 0 0 ''"],
        Texts("$found = Find-ApicDivergence A -World Mail -MaxDepth 2; \"$($found.Found) $($found.Status) $($found.Property) $($found.Step.Count) $($found.Trace.Count) '$($found.Script)$($found.Mermaid)$($found.Problem)'\""));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [Trait("Speed", "Slow")]
    public void Parts_are_merged_to_the_answer_of_the_search_in_one(int parts)
    {
        const string describe = "ForEach-Object { \"$_ | $($_.Step -join '; ') | $($_.Problem) | $($_.Part) of $($_.Of)\" }";
        foreach (string search in new[] { "None -World Edk2 -Property InterruptsOnce", "A -World Mail -MaxDepth 5", "A -World Mail -MaxDepth 99 -ExcludeStep advance, self*, allow*" })
        {
            string[] whole = [.. Texts($"Find-ApicDivergence {search} | {describe}")];
            Run($"$parts = {parts}..1 | ForEach-Object {{ Find-ApicDivergence {search} -Part $_ -Of {parts} }}");
            string[] objects = [.. Texts($"$parts | Merge-ApicDivergence | {describe}")];
            string[] texts = [.. Texts($"$parts.Text | Merge-ApicDivergence | {describe}")];

            // Of a complete search the verdict counts states, which parts may see several times.
            Assert.Equal(whole.Select(Uncounted), objects.Select(Uncounted));
            Assert.Equal(objects, texts);
        }
    }

    [Fact]
    public void Parts_come_back_from_other_sessions_though_the_design_was_never_made_here()
    {
        using EngineSession other = EngineSession.WithModule();
        object[] sent = [.. other.Run("""
            $null = New-ApicDesign Theirs -From C -SvsmTimer Svsm -Title 'of another session'
            1..2 | ForEach-Object { [System.Management.Automation.PSSerializer]::Serialize((Find-ApicDivergence Theirs -World Mail -Part $_ -Of 2)) }
            """).NoErrors().Output];

        Assert.Equal(
            ["Theirs: broken at depth 1: an access faults", "Deserialized.ApicShell.ApicDivergence"],
            Texts("""
                $back = $args | ForEach-Object { [System.Management.Automation.PSSerializer]::Deserialize($_) }
                $merged = $back | Merge-ApicDivergence
                "$merged"
                $back[0].PSObject.TypeNames[0]
                if ($merged.Script -notlike '*of another session*') { 'no script' }
                """, sent));
    }

    [Fact]
    public void A_search_that_is_kept_in_a_file_goes_on_and_comes_to_the_same()
    {
        using TemporaryFolder folder = new();
        string file = System.IO.Path.Combine(folder.Path, "a.search");

        Assert.Equal(
            ["A: none up to depth 3", "A: none up to depth 6", "A: none up to depth 6"],
            Texts("""
                "$(Find-ApicDivergence A -World Mail -MaxDepth 3 -ResumePath $args[0])"
                $went = Find-ApicDivergence A -World Mail -MaxDepth 6 -ResumePath $args[0]
                $whole = Find-ApicDivergence A -World Mail -MaxDepth 6
                "$went"; "$whole"
                if ("$($went.StatesByDepth)" -ne "$($whole.StatesByDepth)") { 'differs' }
                """, file));
    }

    [Fact]
    public void A_time_limit_ends_a_search_with_what_is_known_in_seconds_or_as_a_time_span()
    {
        string[] lines = [.. Texts("""
            foreach ($limit in 0.3, [timespan]::FromMilliseconds(300), '0.3', '00:00:00.3') {
                $found = Find-ApicDivergence A -VcpuCount 4 -Property ModeSteps -MaxDepth 1000 -TimeLimit $limit
                "$($found.Status) $($found.Elapsed.TotalSeconds -lt 20) $($found.Depth -ge 1)"
            }
            """)];

        Assert.Equal(Enumerable.Repeat("Stopped True True", 4), lines);
    }

    [Fact]
    public void The_memory_bound_warns_and_says_what_helps() =>
        Assert.Matches(
            "^A: memory bound reached: none up to depth [0-9]+[.] .*-MaxMemory [(]now 131072 bytes[)].*-Part",
            Assert.Single(Run("Find-ApicDivergence A -World Mail -MaxMemory 128KB").Warnings));

    [Fact]
    public void A_boot_that_goes_wrong_before_the_search_is_told() =>
        Assert.Contains("SEC", Assert.Single(Run("Find-ApicDivergence None -World Mail -After SEC").Warnings), StringComparison.Ordinal);

    [Fact]
    public void Folding_changes_no_answer() => Assert.Equal(
        Texts("Find-ApicDivergence A -World Mail -Alphabet Interrupts -VcpuCount 3 -MaxDepth 3"),
        Texts("Find-ApicDivergence A -World Mail -Alphabet Interrupts -VcpuCount 3 -MaxDepth 3 -NoFolding"));

    [Fact]
    public void Designs_come_through_the_pipeline_and_one_that_is_wrong_does_not_end_it()
    {
        EngineResult result = Session.Run("'None', 'Nope', 'A' | Find-ApicDivergence -World Mail -MaxDepth 2");

        Assert.Equal(["None: broken at depth 1: an access faults", "A: none up to depth 2"], result.Output.Select(one => $"{one}"));
        Assert.StartsWith("DesignNotFound,", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void The_steps_of_an_alphabet_search_as_the_alphabet_does() => Assert.Equal(
        Texts("(Find-ApicDivergence A -World Mail -Alphabet Interrupts -VcpuCount 2 -MaxDepth 3).States"),
        Texts("(Find-ApicDivergence A -World Mail -Alphabet @() -Step (Get-ApicAlphabet Interrupts).Step(2) -VcpuCount 2 -MaxDepth 3).States"));

    [Fact]
    public void Every_form_of_the_grammar_is_there_with_its_meaning() => Assert.All(
        Texts("Get-ApicAlphabet -Grammar | ForEach-Object { \"$($_.Words);$($_.Form);$($_.Summary)\" }").Select(line => line.Split(';', 3)),
        parts => Assert.True(parts[1].StartsWith(parts[0], StringComparison.Ordinal) && parts[2].EndsWith('.')));

    private static string Uncounted(string line) => string.Join(' ', line.Split(' ').Where(word => !word.All(char.IsDigit)));
}
