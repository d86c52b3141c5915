using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace ApicShell.Benchmarks;

/// <summary>
/// A workload as a plain program: warm-up, then the least processor time of the thread in 21 runs, as the C loops count, for whatever else the machine does adds
/// to all others (<c>W2 1000000</c> prints <c>W2 ns/op</c>). Names that stand for several run them in turn.
/// </summary>
internal static class PlainLoop
{
    private const int Runs = 21;
    private static readonly string[] s_groups = ["W4", "W8"];

    public static bool Knows(string name) => Members(name).Length > 0;

    public static int Run(string name, long count)
    {
        foreach (string member in Members(name))
        {
            Workload work = Workload.Find(member)!;
            long rounds = count / RoundsLess(member) + 1;
            WarmUp(work, rounds);
            double least = double.MaxValue;
            for (int run = 0; run < Runs; run++)
            {
                double start = ThreadTime.Nanoseconds();
                work.Run(rounds);
                least = Math.Min(least, (ThreadTime.Nanoseconds() - start) / rounds);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{member} {least:F2}"));
        }

        return 0;
    }

    private static string[] Members(string name) => s_groups.Contains(name, StringComparer.OrdinalIgnoreCase)
        ? [.. Workload.Names.Where(member => member.StartsWith($"{name}_", StringComparison.OrdinalIgnoreCase))]
        : Workload.Find(name) is null ? [] : [name];

    /// <summary>As the C loop: fewer rounds of what has many targets.</summary>
    private static int RoundsLess(string member) => member switch
    {
        "W4_64" => 64,
        "W4_1024" or "W7" => 1024,
        "W6" or "W8_16" => 16,
        _ => 1,
    };

    /// <summary>Until the code is compiled for good: the runtime does that in steps, each after many calls and some time.</summary>
    private static void WarmUp(Workload work, long rounds)
    {
        var watch = Stopwatch.StartNew();
        do
        {
            work.Run(Math.Max(rounds / 20, 1));
        }
        while (watch.ElapsedMilliseconds < 1000);
    }
}
