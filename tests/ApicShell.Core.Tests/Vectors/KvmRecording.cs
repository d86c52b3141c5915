using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Scripts;

namespace ApicShell.Tests;

/// <summary>A script in the grammar of tests/Vectors/kvm and what a real KVM guest saw, one JSON line an operation.</summary>
/// <param name="Name">Its number, or what it is about.</param>
/// <param name="Operations">The operations, without comments.</param>
/// <param name="Answers">The line that KVM gave to each.</param>
internal sealed record KvmRecording(string Name, IReadOnlyList<string> Operations, IReadOnlyList<string> Answers)
{
    private const string Arrow = " -> ";

    /// <summary>One of NAME.txt and NAME.expected.jsonl.</summary>
    public static KvmRecording OfFile(string script) => new(
        script,
        [.. File.ReadLines(script).Select(Operation).Where(line => line.Length > 0)],
        [.. File.ReadLines(AnswersOf(script)).Where(line => line.Length > 0)]);

    /// <summary>The vCPUs that its first operation makes; 0 where it makes none, and there is one.</summary>
    public int VcpuCount => VectorFile.Words(Operations[0]) is ["vcpus", var count] ? (int)VectorFile.Number(count) : 0;

    public static string AnswersOf(string script) => Path.ChangeExtension(script, ".expected.jsonl");

    /// <summary>All of a file that holds many: "= NAME" begins one, and behind an arrow is the answer where it is not the plain "ok".</summary>
    public static IReadOnlyList<KvmRecording> Packed(string file)
    {
        List<KvmRecording> all = [];
        List<string> operations = [], answers = [];
        foreach (string line in File.ReadLines(VectorFile.PathOf(file)).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                (operations, answers) = ([], []);
                all.Add(new(VectorFile.Words(line)[1], operations, answers));
                continue;
            }

            if (all.Count == 0)
            {
                throw new InvalidDataException($"{file}: an operation before the first recording");
            }

            string[] parts = line.Split(Arrow, 2);
            answers.Add($"{{\"i\":{answers.Count},\"op\":\"{VectorFile.Words(parts[0])[0]}\",{(parts.Length > 1 ? parts[1] : "\"ok\":true")}}}");
            operations.Add(parts[0]);
        }

        return all;
    }

    /// <summary>The first answer of the emulator that is not KVM's, or what the runner of scripts lacks; null where there is neither.</summary>
    public string? Difference() => Difference(Machines.Emulated);

    /// <summary>Likewise, of machines of another make.</summary>
    public string? Difference(Func<ApicTraits, IReadOnlyList<uint>, IMachine> make)
    {
        string[] actual;
        try
        {
            actual = [.. ScriptRunner.Run(ApicScript.Parse(Operations), make)];
        }
        catch (ScriptFormatException error)
        {
            return $"operation {error.Word}";
        }

        for (int i = 0; i < Math.Max(Answers.Count, actual.Length); i++)
        {
            string wanted = i < Answers.Count ? ScriptLine.Comparable(Answers[i]) : "nothing";
            string got = i < actual.Length ? ScriptLine.Comparable(actual[i]) : "nothing";
            if (wanted != got)
            {
                return $"operation {i}: {(i < Operations.Count ? Operations[i] : "")}\n    KVM: {wanted}\n    we:  {got}";
            }
        }

        return null;
    }

    public override string ToString() => Name;

    private static string Operation(string line) => string.Join(' ', VectorFile.Words(line.Split('#')[0]));
}
