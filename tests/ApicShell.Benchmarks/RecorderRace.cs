using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using ApicShell.Campaigns;
using ApicShell.Kvm.Threads;
using ApicShell.Scripts;

namespace ApicShell.Benchmarks;

/// <summary>
/// The scripts of a campaign on the kernel's KVM, by this and by the recorder kvmapic, a program in C: processes by turns, their output to files, line by line.
/// </summary>
internal static class RecorderRace
{
    private const int Rounds = 5;

    public static int Measure(string recorder, int scripts)
    {
        if (!Backends.HasKvm("RecorderRace"))
        {
            return 0;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("apicshell-race-");
        try
        {
            string stream = Path.Combine(folder.FullName, "stream.txt");
            string[] files = [.. Enumerable.Range(0, scripts).Select(number => Path.Combine(folder.FullName, $"{number}.txt"))];
            string[] texts = [.. files.Select((_, number) => ScriptGenerator.Make(1, number).ToString())];
            File.WriteAllText(stream, string.Join("\nreset\n", texts) + "\n");
            foreach ((string file, string text) in files.Zip(texts))
            {
                File.WriteAllText(file, text + "\n");
            }

            Race(recorder, stream, files);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    /// <summary>Runs files of scripts, each into a file beside it, and prints how long that took.</summary>
    public static int Once(IReadOnlyList<string> files)
    {
        using var thread = new VcpuThread();
        double seconds = thread.Run(() => Medians.Seconds(() => files.ToList().ForEach(file => Run(file, thread))));
        Console.WriteLine(seconds.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    private static void Run(string file, VcpuThread thread)
    {
        using var output = new StreamWriter(file + ".ours") { AutoFlush = true };
        foreach (string line in ScriptRunner.Run(ApicScript.Parse(File.ReadLines(file)), Backends.Kvm(thread).Make))
        {
            output.WriteLine(line);
        }
    }

    private static void Race(string recorder, string stream, string[] files)
    {
        string all = Path.Combine(Path.GetDirectoryName(stream)!, "all.txt");
        File.WriteAllLines(all, files);
        var times = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        void Add(string name, double seconds) => (times.TryGetValue(name, out List<double>? list) ? list : times[name] = []).Add(seconds);
        for (int round = 0; round < Rounds; round++)
        {
            Add("kvmapic, one stream, process", Medians.Seconds(() => Shell($"'{recorder}' < '{stream}' > '{stream}.theirs'")));
            double within = 0;
            Add("ours, one stream, process", Medians.Seconds(() => within = Ours(stream)));
            Add("ours, one stream, without start", within);
            Add("kvmapic, a process a script", Medians.Seconds(() => Shell($"while read f; do '{recorder}' < $f > $f.theirs; done < '{all}'")));
            Add("ours, a file a script, one process", Medians.Seconds(() => within = Ours([.. files])));
            Add("ours, a file a script, without start", within);
        }

        string[] theirs = File.ReadAllLines(stream + ".theirs");
        string[] ours = File.ReadAllLines(stream + ".ours");
        Console.WriteLine($"{files.Length} scripts; lines: kvmapic {theirs.Length}, ours {ours.Length}, of which the same {theirs.Zip(ours).Count(pair => pair.First == pair.Second)}");
        foreach ((string name, List<double> list) in times)
        {
            list.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {list[Rounds / 2]:F3} s ({list[0]:F3} to {list[^1]:F3})"));
        }
    }

    /// <summary>Where the runtime's own host runs this, it wants to be told what to run.</summary>
    private static string[] Self => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(RecorderRace).Assembly.Location] : [];

    private static double Ours(params string[] files) =>
        double.Parse(Output(Environment.ProcessPath!, [.. Self, "RecorderRace-once", .. files]), CultureInfo.InvariantCulture);

    private static void Shell(string command) => Output("/bin/sh", ["-c", command]);

    private static string Output(string program, IReadOnlyList<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
