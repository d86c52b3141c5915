using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using ApicShell.Confidential;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// What a real SVSM gets wrong is found by the same judge that finds nothing wrong without it: <c>tests/Vectors/svsm/defects.txt</c> has the shortest
/// program for each defect, and <c>scripts</c> beside it the same as commands. All programs of two steps are tried; of more: <c>APICSHELL_SVSM_SEARCH=4 dotnet test tests/ApicShell.Core.Tests --filter SvsmDefect</c>.
/// </summary>
public class SvsmDefectTests
{
    private const string SearchVariable = "APICSHELL_SVSM_SEARCH";
    private const string FileName = "svsm/defects.txt";

    private static readonly string s_root =
        typeof(SvsmDefectTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    private static readonly SvsmBehavior[] s_defects = [.. Enum.GetValues<SvsmBehavior>().Where(one => System.Numerics.BitOperations.PopCount((uint)one) == 1)];

    /// <summary>What the search tries: enough for all that is known, and few enough for five steps.</summary>
    private static readonly SvsmStep[] s_alphabet =
    [
        new(SvsmOp.SelfIpi, 0, 0x41), new(SvsmOp.SelfIpi, 0, 0x1F), new(SvsmOp.SelfIpi, 0, 0x05), new(SvsmOp.NmiIpi, 0, 0x41, IpiTarget.Self),
        new(SvsmOp.NmiIpi, 0, 0x41, IpiTarget.Second), new(SvsmOp.Ipi, 0, 0x41, IpiTarget.Second), new(SvsmOp.Ipi, 0, 0x41, IpiTarget.Broadcast),
        new(SvsmOp.Take), new(SvsmOp.EndLazily), new(SvsmOp.Intercept), new(SvsmOp.ExitException, 0, 0x0E), new(SvsmOp.ExitSoftware, 0, 0x80),
        new(SvsmOp.Read, 0, 0x0A), new(SvsmOp.Interrupts), new(SvsmOp.Configure, 0, 1), new(SvsmOp.Exit, 1), new(SvsmOp.Configure, 1, 1),
    ];

    public static TheoryData<SvsmBehavior> Defects => [.. s_defects];

    [Theory]
    [MemberData(nameof(Defects))]
    public void The_shortest_program_shows_the_defect_and_passes_without_it(SvsmBehavior defect)
    {
        (SvsmProgram program, string wrong) = Read()[defect];
        Assert.Equal(wrong, SvsmJudge.Judge(program, defect));
        Assert.Null(SvsmJudge.Judge(program));
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void Without_any_of_its_steps_the_shortest_program_shows_nothing(SvsmBehavior defect)
    {
        SvsmProgram program = Read()[defect].Program;
        for (int i = 0; i < program.Steps.Count; i++)
        {
            Assert.Null(SvsmJudge.Judge(program with { Steps = [.. program.Steps.Take(i), .. program.Steps.Skip(i + 1)] }, defect));
        }
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void Random_programs_find_the_defect(SvsmBehavior defect)
    {
        const int Enough = 3000;
        const int Steps = 60;
        Assert.Contains(
            Enumerable.Range(0, Enough), seed => SvsmJudge.Judge(SvsmPrograms.Random(new Random(seed), Steps), defect) is not null);
    }

    /// <summary>The scripts are run at the prompt by the module's tests. With <c>APICSHELL_WRITE_GOLDEN</c> set they are written anew, which fails.</summary>
    [Theory]
    [MemberData(nameof(Defects))]
    public void The_program_as_commands_is_the_script_of_that_name(SvsmBehavior defect)
    {
        string script = SvsmProgramText.Of(Read()[defect].Program, defect) + "\n";
        string path = Path.Combine(s_root, "tests", "Vectors", "svsm", "scripts", $"{defect}.ps1");
        string before = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (Environment.GetEnvironmentVariable("APICSHELL_WRITE_GOLDEN") is not null)
        {
            File.WriteAllText(path, script);
        }

        Assert.Equal(before, script);
    }

    [Fact]
    public void The_defects_of_the_file_are_those_of_the_emulator() => Assert.Equal(s_defects.Order(), Read().Keys.Order());

    [Fact]
    public void No_shorter_program_shows_a_defect()
    {
        int longest = int.Parse(Environment.GetEnvironmentVariable(SearchVariable) ?? "2", CultureInfo.InvariantCulture);
        Dictionary<SvsmBehavior, (SvsmProgram Program, string Wrong)> known = Read();
        foreach (SvsmBehavior defect in s_defects)
        {
            int limit = Math.Min(longest, known.TryGetValue(defect, out (SvsmProgram Program, string Wrong) one) ? one.Program.Steps.Count - 1 : longest);
            SvsmProgram? found = Shortest(defect, limit);
            Assert.True(found is null, found is null ? "" : $"{Line(defect, found)}\n{SvsmJudge.Judge(found, defect)}\n{SvsmProgramText.Of(found, defect)}");
        }
    }

    private static SvsmProgram? Shortest(SvsmBehavior defect, int limit)
    {
        var layer = new List<SvsmProgram> { new(2, ApicScope.Shared, true, []), new(2, ApicScope.Shared, false, []) };
        for (int length = 1; length <= limit; length++)
        {
            var next = new List<SvsmProgram>();
            foreach (SvsmProgram program in layer)
            {
                foreach (SvsmStep step in s_alphabet)
                {
                    SvsmProgram longer = program with { Steps = [.. program.Steps, step] };
                    if (SvsmJudge.Judge(longer, defect) is not null)
                    {
                        return longer;
                    }

                    next.Add(longer);
                }
            }

            layer = next;
        }

        return null;
    }

    private static string Line(SvsmBehavior defect, SvsmProgram program) =>
        $"{defect}: {program.VcpuCount} {program.Scope} | {string.Join(" | ", program.Steps.Select(step => $"{step.Op} {step.Vcpu} 0x{step.Value:X2} {step.Target}"))}";

    private static Dictionary<SvsmBehavior, (SvsmProgram Program, string Wrong)> Read()
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
