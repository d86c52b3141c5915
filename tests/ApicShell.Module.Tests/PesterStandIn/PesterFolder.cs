using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>A folder of Pester files: each test in them is a case, and so is each reason to have none.</summary>
public sealed class PesterFolder(string folder, string? moduleLayout)
{
    private readonly Dictionary<string, Lazy<IReadOnlyList<PesterTestResult>>> _results = [];

    /// <summary>Discovers the folder. What cannot be discovered is a case that fails; an empty folder is one, too.</summary>
    public IReadOnlyList<PesterCase> Discover()
    {
        string[] files = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.Tests.ps1", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
        return files.Length == 0
            ? [new PesterCase { File = folder, FullName = "(nothing to test)", Problem = "The folder has no Pester files (*.Tests.ps1)." }]
            : [.. files.SelectMany(DiscoverFile)];
    }

    /// <summary>Gives null for a case that passed, otherwise why it failed. The file runs with the first case asked for.</summary>
    public string? Failure(PesterCase test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (test.Problem is not null)
            return test.Problem;

        IReadOnlyList<PesterTestResult> results = Results(test.File);
        if (test.Index >= results.Count || results[test.Index].FullName != test.FullName)
            return "The file does not describe the same tests each time it is discovered; this one is gone.";
        PesterTestResult result = results[test.Index];
        if (result.Passed)
            return null;
        return result.Failures.Count == 0 ? "The test did not run." : string.Join(Environment.NewLine, result.Failures);
    }

    private IEnumerable<PesterCase> DiscoverFile(string path)
    {
        string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
        try
        {
            using PesterFile file = new(path);
            return [.. file.Names().Select((fullName, index) => new PesterCase { File = name, FullName = fullName, Index = index })];
        }
        catch (PesterFileException exception)
        {
            return [new PesterCase { File = name, FullName = "(discovery)", Problem = exception.Message }];
        }
    }

    private IReadOnlyList<PesterTestResult> Results(string name)
    {
        if (!_results.TryGetValue(name, out Lazy<IReadOnlyList<PesterTestResult>>? results))
            _results[name] = results = new(() => RunFile(name));
        return results.Value;
    }

    private IReadOnlyList<PesterTestResult> RunFile(string name)
    {
        using PesterFile file = new(Path.Combine(folder, name));
        return file.Run(moduleLayout);
    }
}
