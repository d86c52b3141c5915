using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

/// <summary>How models Amd and Intel treat interrupts, by cases transcribed from the manuals.</summary>
public class InterruptVectorTests
{
    private static readonly (string File, ApicModel Model)[] s_files =
    [
        ("interrupts-manuals.txt", ApicModel.Amd), ("interrupts-manuals.txt", ApicModel.Intel),
        ("interrupts-amd.txt", ApicModel.Amd), ("interrupts-intel.txt", ApicModel.Intel),
    ];

    public static TheoryData<ApicModel, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<ApicModel, string, string>();
            foreach ((string file, ApicModel model) in s_files)
            {
                foreach (string title in Read(file).Select(one => one.Title))
                {
                    cases.Add(model, file, title);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_goes_as_the_manual_says(ApicModel model, string file, string title)
    {
        var script = new InterruptScript(model);
        var wrong = new List<string>();
        foreach ((int number, string line) in Read(file).Single(one => one.Title == title).Lines)
        {
            (string expected, string actual) = script.Execute(line);
            if (expected != actual)
            {
                wrong.Add($"{file}:{number}: {line}   got: {actual}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_section_of_the_facts_about_interrupts_and_time_has_a_case_on_both_models()
    {
        string[] sections = ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "4.1", "4.2"];
        foreach (ApicModel model in new[] { ApicModel.Amd, ApicModel.Intel })
        {
            string[] covered = [.. s_files.Where(pair => pair.Model == model).SelectMany(pair => Read(pair.File)).Select(one => one.Title.Split(' ')[0])];
            Assert.Empty(sections.Except(covered));
        }
    }

    [Fact]
    public void Every_case_expects_something() => Assert.All(
        s_files.SelectMany(pair => Read(pair.File)),
        one => Assert.Contains(one.Lines, line => line.Line.Contains("->", StringComparison.Ordinal)));

    private static List<(string Title, List<(int Number, string Line)> Lines)> Read(string file)
    {
        var cases = new List<(string Title, List<(int, string)> Lines)>();
        foreach ((int number, string line) in VectorFile.Lines(file))
        {
            if (line.StartsWith("case ", StringComparison.Ordinal))
            {
                cases.Add((line[5..], []));
                continue;
            }

            (cases.Count > 0 ? cases[^1].Lines : throw new InvalidDataException($"{file}:{number}: a line before the first case.")).Add((number, line));
        }

        return cases;
    }
}
