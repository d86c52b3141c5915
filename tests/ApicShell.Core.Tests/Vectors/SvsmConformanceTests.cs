using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The SVSM's APIC protocol by cases that a real SVSM could run as well: fields of the VMSA, bytes of shared pages, registers of calls.</summary>
public class SvsmConformanceTests
{
    private const string FileName = "svsm/conformance.txt";

    public static TheoryData<string> Cases => [.. Read().Select(one => one.Title)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_goes_as_written(string title)
    {
        var script = new SvsmConformanceScript();
        var wrong = new List<string>();
        foreach ((int number, string line) in Read().Single(one => one.Title == title).Lines)
        {
            (string expected, string actual) = script.Execute(line);
            if (expected != actual)
            {
                wrong.Add($"{FileName}:{number}: {line}   got: {actual}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_case_expects_something() =>
        Assert.All(Read(), one => Assert.Contains(one.Lines, line => line.Line.Contains("->", StringComparison.Ordinal)));

    private static List<(string Title, List<(int Number, string Line)> Lines)> Read()
    {
        var cases = new List<(string Title, List<(int, string)> Lines)>();
        foreach ((int number, string line) in VectorFile.Lines(FileName))
        {
            if (line.StartsWith("case ", StringComparison.Ordinal))
            {
                cases.Add((line[5..], []));
                continue;
            }

            (cases.Count > 0 ? cases[^1].Lines : throw new InvalidDataException($"{FileName}:{number}: a line before the first case.")).Add((number, line));
        }

        return cases;
    }
}
