using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;
using ApicShell.Engine;

namespace ApicShell.Benchmarks;

/// <summary>Times Import-Module of the built layout by path, each time in a fresh process with an engine that ran one script before.</summary>
internal static class ImportTime
{
    public static int Measure(int runs)
    {
        double[] times = [.. Enumerable.Range(0, runs).Select(_ => Child()).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"import by path, fresh process, {runs} runs: median {times[runs / 2]:F0} ms (min {times[0]:F0}, max {times[^1]:F0})"));
        return 0;
    }

    public static int Once()
    {
        EngineFolder.Use(EngineFolder.Built);
        return Import();
    }

    // A method of its own: the runtime looks for the engine when it enters one that names a type of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Import()
    {
        string layout = typeof(ImportTime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ModuleLayout").Value!;
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        Run(runspace, "Get-Module | ForEach-Object { $_.Name }");
        var watch = Stopwatch.StartNew();
        Run(runspace, $"Import-Module '{Path.Combine(layout, "ApicShell.psd1")}' -ErrorAction Stop");
        Console.WriteLine(watch.Elapsed.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture));
        return 0;
    }

    private static void Run(Runspace runspace, string script)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddScript(script).Invoke();
    }

    private static double Child()
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["import-once"]) { RedirectStandardOutput = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.Parse(text, CultureInfo.InvariantCulture);
    }
}
