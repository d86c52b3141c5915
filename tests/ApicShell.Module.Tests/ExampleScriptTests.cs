using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The scripts of examples/: each runs as it is. What a script finds out is the business of a test class of its own.</summary>
public sealed class ExampleScriptTests : ModuleTest
{
    public static TheoryData<string> Scripts =>
        [.. Directory.EnumerateFiles(SampleFiles.Examples, "*.ps1").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_main_example_is_there() => Assert.True(File.Exists(Path.Combine(SampleFiles.Examples, "01-ovmf-sec.ps1")));

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_runs_as_it_is_without_an_error(string script)
    {
        EngineResult result = Run("& $args[0]", Path.Combine(SampleFiles.Examples, script));

        Assert.False(result.Terminated);
        Assert.Empty(result.Warnings);
        Assert.True(result.Output.Count != 0 || result.HostText.Length != 0, "It shows nothing.");
        // Not even an error that was ignored stays behind, unless it is one of the guest.
        Assert.DoesNotContain(
            Texts("$Error | ForEach-Object { $_.FullyQualifiedErrorId }"),
            id => !id.StartsWith("GuestFault.", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_can_be_run_twice_in_a_session_with_the_same_result(string script)
    {
        const string run = "& $args[0] | ForEach-Object { \"$_\" }";
        string path = Path.Combine(SampleFiles.Examples, script);

        IReadOnlyList<string> first = Texts(run, path);

        Assert.Equal(first, Texts(run, path));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_starts_with_its_question_and_says_how_it_is_run(string script)
    {
        string[] head = [.. File.ReadLines(Path.Combine(SampleFiles.Examples, script)).TakeWhile(line => line.StartsWith('#'))];

        Assert.EndsWith("?", head[0], StringComparison.Ordinal);
        Assert.Contains(head, line => line.Contains($"examples/{script}", StringComparison.Ordinal));
        Assert.Matches("^[0-9]{2}-[a-z0-9-]+\\.ps1$", script);
    }
}
