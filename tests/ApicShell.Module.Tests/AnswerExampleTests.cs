using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Example 10, and that its page still says what it prints.</summary>
public sealed partial class AnswerExampleTests : ModuleTest
{
    private const string Script = "10-the-answer.ps1";
    private const string Page = "10-the-answer.md";

    /// <summary>What does not depend on how deep the search went is in the page to the letter.</summary>
    [Theory]
    [InlineData("=== 1.")]
    [InlineData("=== 2.")]
    [InlineData("=== 3.")]
    [InlineData("=== 5.")]
    public void The_page_has_what_the_script_prints(string section) =>
        Assert.Equal(Section(Printed(), section), Section(PageAsPrinted(), section));

    /// <summary>A sequence that breaks a design is the same however deep the search may go; without one the page knows more.</summary>
    [Fact]
    public void The_page_knows_at_least_what_a_shorter_search_finds()
    {
        string[] now = Section(Printed(), "=== 4.");
        string[] page = Section(PageAsPrinted(), "=== 4.");
        Assert.Equal(now.Length, page.Length);
        foreach ((string one, string known) in now.Zip(page))
        {
            Match none = Row().Match(one);
            if (!none.Success)
            {
                Assert.Equal(one, known);
                continue;
            }

            Assert.Equal(none.Groups["what"].Value, Row().Match(known).Groups["what"].Value);
            Assert.Matches("none (at any depth: all [0-9]+ states seen|up to depth [0-9]+)$", known);
            Assert.True(Number(none, "steps") <= Number(Row().Match(known), "steps"), $"{one}\n{known}");
        }
    }

    private static long Number(Match row, string group) => long.Parse(row.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Section(IEnumerable<string> lines, string head) =>
        [.. lines.SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith("===", StringComparison.Ordinal))
            .Select(line => line.TrimEnd()).Where(line => line.Length != 0)];

    /// <summary>The output in the page's fences, below its headings.</summary>
    private static IEnumerable<string> PageAsPrinted()
    {
        bool inside = false;
        foreach (string line in File.ReadLines(Path.Combine(SampleFiles.Examples, Page)))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                yield return $"=== {line[4..]}";
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = !inside;
            }
            else if (inside)
            {
                yield return line;
            }
        }
    }

    private IReadOnlyList<string> Printed() => _printed ??=
        Run("& $args[0] | Out-Host", Path.Combine(SampleFiles.Examples, Script)).HostText.ReplaceLineEndings("\n").Split('\n');

    private IReadOnlyList<string>? _printed;

    [GeneratedRegex(@"^(?<what>\S+ +[12] +\S+ +\S+) +(?<states>\d+) +(?<steps>\d+)  none ")]
    private static partial Regex Row();
}
