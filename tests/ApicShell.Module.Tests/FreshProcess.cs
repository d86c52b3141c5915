using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using ApicShell.Engine;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests;

/// <summary>
/// The test assembly as a program: it imports the module in a process that has done nothing else, runs a script, and writes what that cost. A test
/// cannot see it in its own process, where other tests have imported the module before and the test host has loaded half the framework.
/// </summary>
internal static class FreshProcess
{
    private const string AssemblyMark = "assembly ";
    private const string TimeMark = "milliseconds ";

    /// <summary>What an import did to a process.</summary>
    /// <param name="Assemblies">The paths of the assemblies that it and the script loaded.</param>
    /// <param name="Duration">How long the import took.</param>
    public sealed record Report(IReadOnlyList<string> Assemblies, TimeSpan Duration);

    /// <summary>Starts the process and waits for its report.</summary>
    /// <param name="script">What is done after the import.</param>
    public static async Task<Report> ImportModule(string script = "")
    {
        ProcessStartInfo start = new(HostProgram.DotNet, ["exec", typeof(FreshProcess).Assembly.Location, script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string[] lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.TrimEntries);
        await process.WaitForExitAsync();
        return process.ExitCode != 0
            ? throw new InvalidOperationException($"The process ended with {process.ExitCode}: {await errors}")
            : new Report(
                [.. Marked(lines, AssemblyMark)],
                TimeSpan.FromMilliseconds(double.Parse(Marked(lines, TimeMark).Single(), CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<string> Marked(string[] lines, string mark) =>
        lines.Where(line => line.StartsWith(mark, StringComparison.Ordinal)).Select(line => line[mark.Length..]);

    private static void Main(string[] arguments)
    {
        EngineFolder.Use(EngineFolder.Built);
        Import(arguments[0]);
    }

    // A method of its own: the runtime looks for the engine when it enters one that names a type of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Import(string script)
    {
        using EngineSession session = EngineSession.WithoutModule();
        session.Run("Get-Module | Out-Null").NoErrors();
        string layout = BuildPaths.ModuleLayout;
        HashSet<string> before = [.. Loaded()];

        long start = Stopwatch.GetTimestamp();
        session.ImportModule(layout);
        TimeSpan duration = Stopwatch.GetElapsedTime(start);
        if (script.Length > 0)
        {
            session.Run(script).NoErrors();
        }

        foreach (string path in Loaded().Where(path => !before.Contains(path)))
        {
            Console.WriteLine(AssemblyMark + path);
        }

        Console.WriteLine(FormattableString.Invariant($"{TimeMark}{duration.TotalMilliseconds}"));
    }

    private static IEnumerable<string> Loaded() =>
        AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.Location);
}
