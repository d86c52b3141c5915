using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ApicShell.Confidential;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// The defects of a real SVSM, looked for. All programs of two steps are tried; of more:
/// <c>APICSHELL_SVSM_SEARCH=4 dotnet test tests/ApicShell.Core.Tests --filter SvsmDefect</c>.
/// </summary>
public class SvsmDefectSearchTests
{
    private const string SearchVariable = "APICSHELL_SVSM_SEARCH";

    /// <summary>What the search tries: enough for all that is known, and few enough for five steps.</summary>
    private static readonly SvsmStep[] s_alphabet =
    [
        new(SvsmOp.SelfIpi, 0, 0x41), new(SvsmOp.SelfIpi, 0, 0x1F), new(SvsmOp.SelfIpi, 0, 0x05), new(SvsmOp.NmiIpi, 0, 0x41, IpiTarget.Self),
        new(SvsmOp.NmiIpi, 0, 0x41, IpiTarget.Second), new(SvsmOp.Ipi, 0, 0x41, IpiTarget.Second), new(SvsmOp.Ipi, 0, 0x41, IpiTarget.Broadcast),
        new(SvsmOp.Take), new(SvsmOp.EndLazily), new(SvsmOp.Intercept), new(SvsmOp.ExitException, 0, 0x0E), new(SvsmOp.ExitSoftware, 0, 0x80),
        new(SvsmOp.Read, 0, 0x0A), new(SvsmOp.Interrupts), new(SvsmOp.Configure, 0, 1), new(SvsmOp.Exit, 1), new(SvsmOp.Configure, 1, 1),
    ];

    public static TheoryData<SvsmBehavior> Defects => [.. SvsmDefectFile.Defects];

    [Theory]
    [MemberData(nameof(Defects))]
    [Trait("Speed", "Slow")]
    public void Random_programs_find_the_defect(SvsmBehavior defect)
    {
        const int Enough = 3000;
        const int Steps = 60;
        Assert.Contains(
            Enumerable.Range(0, Enough), seed => SvsmJudge.Judge(SvsmPrograms.Random(new Random(seed), Steps), defect) is not null);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void No_shorter_program_shows_a_defect()
    {
        int longest = int.Parse(Environment.GetEnvironmentVariable(SearchVariable) ?? "2", CultureInfo.InvariantCulture);
        Dictionary<SvsmBehavior, (SvsmProgram Program, string Wrong)> known = SvsmDefectFile.Read();
        foreach (SvsmBehavior defect in SvsmDefectFile.Defects)
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
}
