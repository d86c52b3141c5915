using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;

namespace ApicShell.Benchmarks;

/// <summary>A workload as a plain loop: one warm-up, nine runs, the median. So it can be paired with programs in other languages.</summary>
internal static class PlainLoop
{
    private const int Runs = 9;

    private static readonly Dictionary<string, Action<AccessWorkloads, long>> s_loops = new(StringComparer.OrdinalIgnoreCase)
    {
        ["W1"] = (work, count) => Repeat(count, () => work.W1X2Apic()),
        ["W1x"] = (work, count) => Repeat(count, () => work.W1XApic()),
        ["W1s"] = (work, count) => Repeat(count, () => work.W1Svsm()),
        ["W6"] = (work, count) => Repeat(count, () => work.W6()),
    };

    public static bool Knows(string name) => s_loops.ContainsKey(name);

    public static int Run(string name, long count)
    {
        var work = new AccessWorkloads();
        Action<AccessWorkloads, long> loop = s_loops[name];
        loop(work, Math.Max(count / 4, 100_000));
        double[] times = new double[Runs];
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            loop(work, count);
            times[run] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
        }

        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {times[Runs / 2]:F2}"));
        return 0;
    }

    private static void Repeat(long count, Action operation)
    {
        for (long i = 0; i < count; i++)
        {
            operation();
        }
    }
}
