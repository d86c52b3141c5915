using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Example 10, and that its page still says what its blocks print.</summary>
[Trait("Speed", "Slow")]
public sealed partial class AnswerExampleTests : ModuleTest
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(SampleFiles.Examples, "10-the-answer.md")).ReplaceLineEndings("\n");

    private readonly ExampleRun _run = ExampleRun.Of("10-the-answer.ps1");

    [Fact]
    public void What_stands_below_each_block_of_the_page_is_what_it_prints()
    {
        string[] wrong = [.. _run.RowsWhere("Same", "False", "Block", "Section", "Printed")];

        Assert.Equal(Fences().Count(s_page), _run.First.Output.Count);
        Assert.True(wrong.Length == 0, string.Join("\n\n", wrong));
    }

    /// <summary>The page that is written has each block's own output, whatever stood below it before.</summary>
    [Fact]
    public void The_script_writes_a_page_with_what_its_blocks_print_now()
    {
        using var folder = new TemporaryFolder();
        string script = Path.Combine(folder.Path, "10-the-answer.ps1");
        File.Copy(Path.Combine(SampleFiles.Examples, "10-the-answer.ps1"), script);
        File.WriteAllText(Path.Combine(folder.Path, "10-the-answer.md"), "# T\n\n```powershell\n$a = 41\n```\n\n```text\nold\n```\n\nBetween.\n\n```powershell\n$a + 1\n'two'\n```\n");
        string page = Path.Combine(folder.Path, "page.md");

        EngineResult result = Run("& $args[0] -Page $args[1]", script, page);

        Assert.Equal(["False", "False"], result.Output.Select(row => $"{row.Properties["Same"].Value}"));
        Assert.Equal(
            "# T\n\n```powershell\n$a = 41\n```\n\n```text\n```\n\nBetween.\n\n```powershell\n$a + 1\n'two'\n```\n\n```text\n42\ntwo\n```\n",
            File.ReadAllText(page).ReplaceLineEndings("\n"));
    }

    /// <summary>The answer's second sentence names a change for each name of the least set, and no other.</summary>
    [Fact]
    public void The_answer_names_the_changes_of_the_least_set()
    {
        string sentence = Sentences().Match(s_page).Groups["second"].Value;
        string[] named = [.. Names().Matches(sentence).Select(match => match.Groups["name"].Value)];
        string least = _run.Rows("Printed").Single(printed => printed.Contains("without each of them:", StringComparison.Ordinal)).Split('\n')[0];

        Assert.Equal(least.Split(" + "), named);
    }

    /// <summary>What the answer says of those who refuse is what the sets say.</summary>
    [Theory]
    [InlineData("Nothing in Kvm, Qemu: 12 minimal sets")]
    [InlineData("Nothing in Edk2: no set works")]
    [InlineData("Nothing in Svsm: no set works")]
    [InlineData("OpenHcl: it works as it stands")]
    public void The_answers_of_who_refuses_are_printed(string start) =>
        Assert.Contains(_run.Rows("Printed").SelectMany(printed => printed.Split('\n')), line => line.StartsWith(start, StringComparison.Ordinal));

    [GeneratedRegex("^```powershell$", RegexOptions.Multiline)]
    private static partial Regex Fences();

    [GeneratedRegex("^2\\. (?<second>.+?)^3\\. ", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Sentences();

    [GeneratedRegex("\\((?<name>[A-Z][A-Za-z0-9]+)\\)")]
    private static partial Regex Names();
}
