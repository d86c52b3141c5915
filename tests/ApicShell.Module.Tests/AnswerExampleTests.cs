using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Example 10, and that its page still says what it prints.</summary>
[Trait("Speed", "Slow")]
public sealed partial class AnswerExampleTests
{
    private const string Back = "back to xAPIC mode";

    private readonly ExampleRun _run = ExampleRun.Of("10-the-answer.ps1");

    /// <summary>What does not depend on how deep the search went is in the page to the letter.</summary>
    [Theory]
    [InlineData("=== 1.")]
    [InlineData("=== 2.")]
    [InlineData("=== 3.")]
    public void The_page_has_what_the_script_shows(string section)
    {
        string[] shown = Section(_run.First.HostText.Split('\n'), section);

        Assert.NotEmpty(shown);
        Assert.Equal(shown, Section(PageAsPrinted(), section));
    }

    /// <summary>A guest that goes back is found out in few steps.</summary>
    [Fact]
    public void The_page_has_what_the_script_finds_of_a_guest_that_goes_back()
    {
        string[] now = [.. Searches().Where(row => row.Contains(Back, StringComparison.Ordinal)).Select(Squeezed)];

        Assert.Equal(4, now.Length);
        Assert.Equal(now, PageRows("=== 5."));
    }

    /// <summary>A sequence that breaks a design is the same however deep the search may go; without one the page knows more.</summary>
    [Fact]
    public void The_page_knows_at_least_what_a_shorter_search_finds()
    {
        string[] now = [.. Searches().Where(row => !row.Contains(Back, StringComparison.Ordinal)).Select(Squeezed)];
        string[] page = PageRows("=== 4.");

        Assert.Equal(12, now.Length);
        Assert.Equal(now.Length, page.Length);
        foreach ((string one, string known) in now.Zip(page))
        {
            Match none = WithoutSequence().Match(one);
            if (!none.Success)
            {
                Assert.Equal(one, known);
                continue;
            }

            Match deeper = WithoutSequence().Match(known);
            Assert.Equal(none.Groups["search"].Value, deeper.Groups["search"].Value);
            Assert.Matches("none (at any depth: all [0-9]+ states seen|up to depth [0-9]+)$", known);
            Assert.True(Tried(none) <= Tried(deeper), $"{one}\n{known}");
        }
    }

    private static long Tried(Match row) => long.Parse(row.Groups["tried"].Value, CultureInfo.InvariantCulture);

    // Without the bars too, which stand between the steps of a sequence.
    private static string Squeezed(string line) => string.Join(' ', line.Split([' ', '|'], StringSplitOptions.RemoveEmptyEntries));

    private static string[] Section(IEnumerable<string> lines, string head) =>
        [.. lines.SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith("===", StringComparison.Ordinal))
            .Select(line => line.TrimEnd()).Where(line => line.Length != 0)];

    /// <summary>The rows of a section of the page, below the heads of their columns.</summary>
    private static string[] PageRows(string section) => [.. Section(PageAsPrinted(), section).Skip(2).Select(Squeezed)];

    /// <summary>The output in the page's fences, below its headings.</summary>
    private static IEnumerable<string> PageAsPrinted()
    {
        bool inside = false;
        foreach (string line in File.ReadLines(Path.Combine(SampleFiles.Examples, "10-the-answer.md")))
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

    private IEnumerable<string> Searches() => _run.Rows("Search", "Tried", "Verdict", "Step");

    [GeneratedRegex("^(?<search>.+?) (?<tried>[0-9]+) none ")]
    private static partial Regex WithoutSequence();
}
