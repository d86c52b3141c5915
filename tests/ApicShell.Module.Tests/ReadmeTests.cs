using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// The README's sessions, typed line by line into one session from its top to its end. What stands below a line is what it prints, down to the
/// space; empty lines do not count, a line of three dots stands for lines that were left out, and three dots at the end of a line for its rest.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ReadmeTests : ModuleTest
{
    private const string Prompt = "ApicShell> ";
    private const string LeftOut = "...";

    [Fact]
    public void What_is_typed_in_the_README_prints_what_stands_below_it()
    {
        Entry[] entries = [.. Entries(File.ReadAllLines(Path.Combine(BuildPaths.RepositoryRoot, "README.md")))];

        Assert.InRange(entries.Length, 8, 100);
        foreach (Entry entry in entries)
        {
            string[] printed = [.. Lines(Session.Render(entry.Typed).Split('\n'))];
            Assert.True(
                Matches([.. entry.Shown], printed),
                $"{entry.Typed}\n--- the README shows\n{string.Join('\n', entry.Shown)}\n--- it prints\n{string.Join('\n', printed)}");
        }
    }

    [Fact]
    public void The_main_job_prints_what_the_README_shows()
    {
        string[] shown = [.. Lines(File.ReadLines(Path.Combine(BuildPaths.RepositoryRoot, "README.md"))
            .SkipWhile(line => !line.StartsWith("The main job prints this", StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith("```", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("```", StringComparison.Ordinal)))];

        Assert.InRange(shown.Length, 10, 20);
        Assert.Equal(shown, Lines(Session.Render("& $args[0]", Path.Combine(SampleFiles.Examples, "01-ovmf-sec.ps1")).Split('\n')));
    }

    [Theory]
    [InlineData("a|b", "a|b", true)]
    [InlineData("a|...|d", "a|b|c|d", true)]
    [InlineData("a|...", "a", true)]
    [InlineData("a|b ...", "a|b c d", true)]
    [InlineData("a|b", "a|b|c", false)]
    [InlineData("a|c", "a|b|c", false)]
    [InlineData("a  b", "a b", false)]
    public void Shown_and_printed_lines_are_compared_to_the_letter(string shown, string printed, bool same) =>
        Assert.Equal(same, Matches(shown.Split('|'), printed.Split('|')));

    private static bool Matches(ReadOnlySpan<string> shown, ReadOnlySpan<string> printed)
    {
        if (shown.IsEmpty)
        {
            return printed.IsEmpty;
        }

        if (shown[0].Trim() == LeftOut)
        {
            return Matches(shown[1..], printed) || (!printed.IsEmpty && Matches(shown, printed[1..]));
        }

        return !printed.IsEmpty && IsSame(shown[0], printed[0]) && Matches(shown[1..], printed[1..]);
    }

    private static bool IsSame(string shown, string printed) =>
        shown.EndsWith(LeftOut, StringComparison.Ordinal) ? printed.StartsWith(shown[..^LeftOut.Length], StringComparison.Ordinal) : shown == printed;

    private static IEnumerable<Entry> Entries(IEnumerable<string> page)
    {
        Entry? entry = null;
        bool inside = false;
        foreach (string line in page)
        {
            bool fence = line.StartsWith("```", StringComparison.Ordinal);
            inside ^= fence;
            bool typed = inside && line.StartsWith(Prompt, StringComparison.Ordinal);
            if ((fence || typed) && entry is not null)
            {
                yield return entry;
            }

            if (fence || typed)
            {
                entry = typed ? new Entry(line[Prompt.Length..], []) : null;
            }
            else
            {
                entry?.Shown.AddRange(Lines([line]));
            }
        }
    }

    private static IEnumerable<string> Lines(IEnumerable<string> lines) => lines.Select(line => line.TrimEnd()).Where(line => line.Length != 0);

    private sealed record Entry(string Typed, List<string> Shown);
}
