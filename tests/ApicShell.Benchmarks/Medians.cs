using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace ApicShell.Benchmarks;

/// <summary>Times by the clock of things that are not one thread's work alone: after a warm-up, the median of some runs, with the least and the most.</summary>
internal static class Medians
{
    private const int Runs = 9;

    /// <summary>Times what does as many things as it is told, and prints the time of one and how many there are in a second.</summary>
    public static void Print(string name, int count, Action<int> run)
    {
        run(count);
        double[] times = [.. Enumerable.Range(0, Runs).Select(_ => Seconds(() => run(count)) / count * 1e6).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {times[Runs / 2]:G4} us ({times[0]:G4} to {times[^1]:G4}), {1e6 / times[Runs / 2]:N0} a second"));
    }

    /// <summary>How long something takes.</summary>
    public static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
