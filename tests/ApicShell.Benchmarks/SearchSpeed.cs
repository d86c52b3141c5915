using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Benchmarks;

/// <summary>
/// How many successors a search through a machine generates in a second: of one vCPU on plain KVM with the alphabet of <c>Spin/local-apic.pml</c>, which
/// has so many states and steps, and of an SEV-SNP guest under design A in the mail's world,
/// with alphabet Firmware. Both are searched to the end.
/// </summary>
internal static class SearchSpeed
{
    private const int Runs = 3;
    private static readonly string[] s_steps = ["ensure Svr 0x100", "write Tpr 0x60", "write Tpr 0", "sti", "cli", "take", "eoi"];

    public static int Measure(int workers)
    {
        // What SPIN finds with -DN=7, less the one step by which it counts the start.
        Measure("SearchNative", Native(7), workers, 409_650, 5_389_724);
        Measure("SearchSnp", new(DesignCatalogue.Find("A")!, new() { World = WorldCatalogue.Mail }, 1, [.. AlphabetCatalogue.Find("Firmware")!.Steps(1)]), workers, null, null);
        return 0;
    }

    private static DesignProblem Native(int classes) => new(
        DesignCatalogue.Find("None")!,
        new() { IsNative = true },
        1,
        [.. s_steps.Concat(Enumerable.Range(0, classes).Select(one => $"self 0x{0x31 + (one * 0x10):X}")).Select(StepGrammar.Parse)]);

    private static void Measure(string name, DesignProblem problem, int workers, long? states, long? successors)
    {
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            SearchResult result = Search.Run(() => new DesignSpace(problem), new() { Workers = workers, MaxMemory = 8L << 30 });
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (result.Status != SearchStatus.Complete || (states ?? result.States) != result.States || (successors ?? result.Successors) != result.Successors)
            {
                throw new InvalidOperationException("The search did not do what it is to measure.");
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} workers {workers}: {result.Successors / seconds / 1e6:F2} million successors a second, {seconds:F2} s for {result.States} states and {result.Successors} successors, "
                + $"depth {result.DepthCounts.Count - 1}, {(double)result.MemoryBytes / result.States:F1} bytes a state with the frontier"));
        }
    }
}
