using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests.Pester;

/// <summary>The files of tests/Pester under Pester itself, each of their tests as a test of its own. A file runs with its first test.</summary>
[Trait("Speed", "Slow")]
public sealed class PesterTests
{
    private static readonly string s_folder = Path.Combine(BuildPaths.RepositoryRoot, "tests", "Pester");
    private static readonly Lazy<PesterProcess> s_pester = new(Start);
    private static readonly Lazy<IReadOnlyList<PesterCase>> s_cases = new(() => [.. Files().SelectMany(Discover)]);
    private static readonly Dictionary<string, PesterReport> s_reports = [];

    public static TheoryData<PesterCase> Cases => [.. s_cases.Value];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pester(PesterCase test)
    {
        ArgumentNullException.ThrowIfNull(test);
        Assert.True(test.Problem is null, test.Problem);

        PesterReport report = Report(test.File);
        Assert.True(report.Problem is null, report.Problem);
        Assert.True(test.Index < report.Tests.Count, "The file does not describe the same tests each time it is discovered; this one is gone.");

        PesterReport.Test result = report.Tests[test.Index];
        Assert.Equal(test.Name, result.Name);
        Assert.True(result is { Result: "Passed", Message: "" }, $"{result.Result}: {result.Message}");
    }

    private static PesterProcess Start()
    {
        PesterProcess pester = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => pester.Dispose();
        return pester;
    }

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(s_folder, "*.Tests.ps1", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static IEnumerable<PesterCase> Discover(string path)
    {
        string file = Path.GetRelativePath(s_folder, path).Replace('\\', '/');
        PesterReport found = s_pester.Value.Discover(path);
        return found.Problem is not null
            ? [new PesterCase { File = file, Name = "(discovery)", Problem = found.Problem }]
            : found.Tests.Select((test, index) => new PesterCase { File = file, Name = test.Name, Index = index });
    }

    private static PesterReport Report(string file)
    {
        lock (s_reports)
        {
            if (!s_reports.TryGetValue(file, out PesterReport? report))
            {
                s_reports[file] = report = s_pester.Value.Run(Path.Combine(s_folder, file));
            }

            return report;
        }
    }
}
