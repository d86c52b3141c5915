using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests.Pester;

/// <summary>Pester, in a PowerShell of its own: discovers and runs files, one after the other.</summary>
public sealed class PesterProcess : IDisposable
{
    // Files may write what they like; the answers bear a mark that none of them knows.
    private readonly string _mark = $"{Guid.NewGuid():N} ";
    private readonly Process _process;
    private readonly Task<string> _errors;

    public PesterProcess()
    {
        _process = HostProgram.Start(
            "-NoProfile", "-NonInteractive", "-File", Path.Combine(AppContext.BaseDirectory, "Pester", "PesterProcess.ps1"), BuildPaths.Pester, _mark);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Finds the tests of a file without running them.</summary>
    public PesterReport Discover(string path) => Ask($"Discover {path}");

    /// <summary>Runs a file.</summary>
    public PesterReport Run(string path) => Ask($"Run {path}");

    /// <inheritdoc/>
    public void Dispose()
    {
        // It ends with its input.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private PesterReport Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(_mark, StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize<PesterReport>(line.AsSpan(_mark.Length))!;
            }
        }

        throw new InvalidOperationException($"Pester's process ended during '{request}': {_errors.GetAwaiter().GetResult()}");
    }
}
