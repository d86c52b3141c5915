using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics;
using ApicShell.Confidential;

namespace ApicShell.Tests;

/// <summary>Reads <c>tests/Vectors/svsm/defects.txt</c>: what a real SVSM gets wrong, with the shortest program that shows it.</summary>
internal static class SvsmDefectFile
{
    private const string FileName = "svsm/defects.txt";

    public static SvsmBehavior[] Defects { get; } = [.. Enum.GetValues<SvsmBehavior>().Where(one => BitOperations.PopCount((uint)one) == 1)];

    public static Dictionary<SvsmBehavior, (SvsmProgram Program, string Wrong)> Read()
    {
        var read = new Dictionary<SvsmBehavior, (SvsmProgram, string)>();
        SvsmBehavior defect = SvsmBehavior.None;
        bool prepared = true;
        var steps = new List<SvsmStep>();
        foreach ((int number, string line) in VectorFile.Lines(FileName))
        {
            string[] words = VectorFile.Words(line);
            switch (words[0])
            {
                case "defect":
                    (defect, prepared, steps) = (Enum.Parse<SvsmBehavior>(words[1]), true, []);
                    break;
                case "unprepared":
                    prepared = false;
                    break;
                case "found":
                    read.Add(defect, (new(2, ApicScope.Shared, prepared, [.. steps]), line["found ".Length..]));
                    break;
                default:
                    steps.Add(Step(words) ?? throw new InvalidDataException($"{FileName}:{number}: {line}"));
                    break;
            }
        }

        return read;
    }

    private static SvsmStep? Step(string[] words) => words.Length is >= 2 and <= 4 && Enum.TryParse(words[0], out SvsmOp op)
        ? new(
            op,
            (int)VectorFile.Number(words[1]),
            words.Length > 2 ? (byte)VectorFile.Number(words[2]) : (byte)0,
            words.Length > 3 ? Enum.Parse<IpiTarget>(words[3]) : IpiTarget.First)
        : null;
}
