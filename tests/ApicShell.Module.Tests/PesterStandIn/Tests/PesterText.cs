using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>Runs Pester files that a test has as text.</summary>
internal static class PesterText
{
    /// <summary>Runs a file and gives the results of its tests.</summary>
    public static IReadOnlyList<PesterTestResult> Run(string text)
    {
        using TemporaryFolder folder = new();
        using PesterFile file = new(folder.Write("Sample.Tests.ps1", text));
        return file.Run();
    }

    /// <summary>Runs a file, expects all its tests to pass, and gives their full names.</summary>
    public static IReadOnlyList<string> Passes(string text)
    {
        IReadOnlyList<PesterTestResult> results = Run(text);
        Assert.True(
            results.All(result => result.Passed),
            string.Join(Environment.NewLine, results.SelectMany(result => result.Failures)));
        return [.. results.Select(result => result.FullName)];
    }

    /// <summary>Runs a file with one test, expects it to fail, and gives the failure.</summary>
    public static string Fails(string text)
    {
        PesterTestResult result = Assert.Single(Run(text));
        Assert.False(result.Passed, "The test passed.");
        return string.Join(Environment.NewLine, result.Failures);
    }

    /// <summary>Discovers a file, expects that to fail, and gives the reason.</summary>
    public static string Refused(string text)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("Sample.Tests.ps1", text);
        return Assert.Throws<PesterFileException>(() => new PesterFile(path).Dispose()).Message;
    }

    /// <summary>Runs each statement as a test of its own and expects the first ones to pass and the others to fail an assertion.</summary>
    public static void Statements(string[] passing, string[] failing)
    {
        IEnumerable<string> tests = passing.Concat(failing).Select((statement, index) => $"It 'no. {index}' {{ {statement} }}");
        IReadOnlyList<PesterTestResult> results = Run($"Describe 'statements' {{\n{string.Join('\n', tests)}\n}}");

        Assert.Equal(passing.Length + failing.Length, results.Count);
        Assert.All(
            passing.Zip(results),
            pair => Assert.True(pair.Second.Passed, $"{pair.First}: {string.Join(' ', pair.Second.Failures)}"));
        Assert.All(failing.Zip(results.Skip(passing.Length)), pair =>
        {
            Assert.False(pair.Second.Passed, $"{pair.First}: passed.");
            string failure = Assert.Single(pair.Second.Failures);
            Assert.Contains("Expected ", failure, StringComparison.Ordinal);
            Assert.DoesNotContain("error id:", failure, StringComparison.Ordinal);
        });
    }
}
