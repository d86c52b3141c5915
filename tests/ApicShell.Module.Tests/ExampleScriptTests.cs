using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation.Language;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The scripts of examples/: each runs as it is and gives objects. What a script finds out is the business of a test class of its own.</summary>
[Trait("Speed", "Slow")]
public sealed class ExampleScriptTests : ModuleTest
{
    private static readonly string[] s_changing = ["New", "Set", "Remove", "Start", "Stop", "Restart", "Reset", "Update"];

    // Of long sequences a table shows the beginning.
    private static readonly string[] s_cut = ["09-search-in-parts.ps1", "10-the-answer.ps1"];

    public static TheoryData<string> Scripts =>
        [.. Directory.EnumerateFiles(SampleFiles.Examples, "*.ps1").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_main_example_is_there() => Assert.True(File.Exists(Path.Combine(SampleFiles.Examples, "01-ovmf-sec.ps1")));

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_runs_as_it_is_without_an_error(string script)
    {
        var run = ExampleRun.Of(script);

        run.First.NoErrors();
        Assert.Empty(run.First.Warnings);
        // Not even an error that was ignored stays behind, unless it is one of the guest.
        Assert.DoesNotContain(run.ErrorIds, id => !id.StartsWith("GuestFault.", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_gives_objects_of_one_kind(string script)
    {
        var run = ExampleRun.Of(script);

        Assert.NotEmpty(run.First.Output);
        Assert.All(run.First.Output, row => Assert.IsNotType<string>(row.BaseObject));
        Assert.Single(run.Columns.Select(names => string.Join(' ', names)).Distinct());
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void What_a_script_gives_is_seen_whole_in_120_columns(string script)
    {
        string table = ExampleRun.Of(script).Table;

        Assert.All(table.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 120));
        if (!s_cut.Contains(script))
        {
            Assert.DoesNotContain('…', table);
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_can_be_run_twice_in_a_session_with_the_same_result(string script)
    {
        var run = ExampleRun.Of(script);

        Assert.Equal(ExampleRun.Comparable(run.First.HostText + run.Table), ExampleRun.Comparable(run.AgainTable!));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_starts_with_its_question_and_says_how_it_is_run(string script)
    {
        string[] lines = File.ReadAllLines(Path.Combine(SampleFiles.Examples, script));
        string[] head = [.. lines.TakeWhile(line => line.StartsWith('#'))];

        Assert.EndsWith("?", head[0], StringComparison.Ordinal);
        Assert.Contains(head, line => line.Contains($"-- examples/{script}", StringComparison.Ordinal));
        Assert.Matches("^[0-9]{2}-[a-z0-9-]+\\.ps1$", script);
        Assert.InRange(lines.Length, 0, 59);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_keeps_to_the_language_of_Windows_PowerShell(string script)
    {
        ScriptBlockAst ast = Parsed(script);

        Assert.Empty(ast.FindAll(node => node is TernaryExpressionAst or PipelineChainAst, true));
        Assert.Empty(ast.FindAll(node => node is BinaryExpressionAst { Operator: TokenKind.QuestionQuestion }, true));
        Assert.Empty(ast.FindAll(node => node is AssignmentStatementAst { Operator: TokenKind.QuestionQuestionEquals }, true));
        Assert.Empty(ast.FindAll(node => node is MemberExpressionAst { NullConditional: true } or IndexExpressionAst { NullConditional: true }, true));
        Assert.Empty(ast.FindAll(node => node is CommandParameterAst { ParameterName: "Parallel" }, true));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_names_commands_in_full_and_its_functions_as_is_usual(string script)
    {
        ScriptBlockAst ast = Parsed(script);
        string[] own = [.. ast.FindAll(node => node is FunctionDefinitionAst, true).Select(node => ((FunctionDefinitionAst)node).Name)];
        IEnumerable<string> used = ast.FindAll(node => node is CommandAst, true).Select(node => ((CommandAst)node).GetCommandName())
            // A script block or a variable that is called has no name.
            .Where(name => name is not null).Except(own, StringComparer.OrdinalIgnoreCase);
        IReadOnlyList<string> verbs = Texts("(Get-Verb).Verb");

        Assert.All(used, name => Assert.Equal([name], Texts("(Get-Command $args[0] -CommandType Cmdlet).Name", name)));
        Assert.All(own, name =>
        {
            Assert.Contains(name.Split('-')[0], verbs);
            Assert.DoesNotContain(name.Split('-')[0], s_changing);
            Assert.DoesNotMatch("[^s]s$", name);
        });
    }

    private static ScriptBlockAst Parsed(string script)
    {
        ScriptBlockAst ast = Parser.ParseFile(Path.Combine(SampleFiles.Examples, script), out _, out ParseError[] errors);
        Assert.Empty(errors);
        return ast;
    }
}
