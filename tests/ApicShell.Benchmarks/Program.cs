using System;
using System.Globalization;
using ApicShell.Tracing;
using BenchmarkDotNet.Running;

namespace ApicShell.Benchmarks;

/// <summary>
/// Runs the benchmarks: all of them by BenchmarkDotNet, one workload as a plain loop (<c>W1 1000000</c> prints <c>W1 ns/op</c>;
/// <c>W1 1000000 traced</c> has a trace on), the search alone (<c>SearchEngine [BITS]</c>), the module's import in fresh processes (<c>import [RUNS]</c>), the emulator beside the kernel's
/// KVM (<c>Backends</c>, and at the prompt <c>Prompt</c>), or the latter beside the recorder in C (<c>RecorderRace PROGRAM [SCRIPTS]</c>).
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["import", .. var rest]:
                return ImportTime.Measure(rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 5);
            case ["import-once"]:
                return ImportTime.Once();
            case ["SearchEngine", .. var rest]:
                return SearchEngine.Measure(rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 22);
            case ["SearchSpeed", .. var rest]:
                return SearchSpeed.Measure(rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : Environment.ProcessorCount);
            case ["Backends"]:
                return BackendSpeed.Measure();
            case ["Prompt"]:
                return PromptSpeed.Measure();
            case ["RecorderRace", var recorder, .. var rest]:
                return RecorderRace.Measure(recorder, rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 300);
            case ["RecorderRace-once", .. var files]:
                return RecorderRace.Once(files);
            case [var name, var count, "traced"] when PlainLoop.Knows(name):
                Workload.Watcher = static () => new TraceRing();
                return PlainLoop.Run(name, long.Parse(count, CultureInfo.InvariantCulture));
            case [var name, var count] when PlainLoop.Knows(name):
                return PlainLoop.Run(name, long.Parse(count, CultureInfo.InvariantCulture));
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
                return 0;
        }
    }
}
