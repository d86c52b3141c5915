using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace ApicShell.Tests.Fuzzing;

/// <summary>Makes inputs of those that reached something new, until the time is over.</summary>
internal sealed class FuzzLoop(ReaderTarget target, int seed, TimeSpan time, string folder)
{
    private readonly List<byte[]> _corpus = [.. target.Seeds];
    private readonly HashSet<string> _findings = [];
    private readonly Coverage _coverage = new();
    private byte[] _running = [];
    private long _started;

    /// <summary>Runs, and says what came of it.</summary>
    public void Run()
    {
        var random = new Random(seed);
        var mutator = new Mutator(random, target.Words);
        foreach (byte[] input in target.Seeds)
        {
            Try(input);
        }

        var watch = new Thread(Watch) { IsBackground = true };
        watch.Start();
        var clock = Stopwatch.StartNew();
        long inputs = 0;
        for (; clock.Elapsed < time; inputs++)
        {
            // What came last is nearest to what nobody reached yet.
            int choice = random.Next(2) == 0 ? random.Next(_corpus.Count) : Math.Max(0, _corpus.Count - 1 - random.Next(1 + (_corpus.Count / 4)));
            byte[] input = mutator.Mutate(_corpus[choice], _corpus[random.Next(_corpus.Count)]);
            if (Try(input))
            {
                _corpus.Add(input);
            }
        }

        Console.WriteLine($"{target.Name}: {inputs} inputs in {clock.Elapsed.TotalSeconds:F0} s from seed {seed}; {_corpus.Count - target.Seeds.Count} reached something new, {_coverage.Branches} branches in all; {_findings.Count} findings.");
    }

    private bool Try(byte[] input)
    {
        _running = input;
        Volatile.Write(ref _started, Stopwatch.GetTimestamp());
        Coverage.Begin();
        try
        {
            target.Hold(input);
        }
        catch (Exception error)
        {
            Keep(input, error);
        }

        Volatile.Write(ref _started, 0);
        return _coverage.IsNew();
    }

    private void Keep(byte[] input, Exception error)
    {
        string where = $"{error.GetType().Name} {new StackTrace(error).GetFrame(0)?.GetMethod()}";
        if (_findings.Add(where))
        {
            string file = Path.Combine(folder, $"{target.Name}-{_findings.Count}");
            File.WriteAllBytes(file, input);
            File.WriteAllText(file + ".txt", error.ToString());
            Console.WriteLine($"{target.Name}: {where}: {error.Message} ({file})");
        }
    }

    /// <summary>An input that never ends is the last one.</summary>
    private void Watch()
    {
        while (true)
        {
            Thread.Sleep(500);
            long started = Volatile.Read(ref _started);
            if (started != 0 && Stopwatch.GetElapsedTime(started) > 6 * ReaderTarget.LongestRead)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{target.Name}-hang"), _running);
                Console.WriteLine($"{target.Name}: an input does not end; it is kept as {target.Name}-hang.");
                Environment.Exit(2);
            }
        }
    }
}
