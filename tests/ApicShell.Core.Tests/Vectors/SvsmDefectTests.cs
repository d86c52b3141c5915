using System;
using System.IO;
using System.Linq;
using System.Reflection;
using ApicShell.Confidential;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// What a real SVSM gets wrong is found by the same judge that finds nothing wrong without it: <c>tests/Vectors/svsm/defects.txt</c> has the shortest
/// program for each defect, and <c>scripts</c> beside it the same as commands.
/// </summary>
public class SvsmDefectTests
{
    private static readonly string s_root =
        typeof(SvsmDefectTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;

    public static TheoryData<SvsmBehavior> Defects => [.. SvsmDefectFile.Defects];

    [Theory]
    [MemberData(nameof(Defects))]
    public void The_shortest_program_shows_the_defect_and_passes_without_it(SvsmBehavior defect)
    {
        (SvsmProgram program, string wrong) = SvsmDefectFile.Read()[defect];
        Assert.Equal(wrong, SvsmJudge.Judge(program, defect));
        Assert.Null(SvsmJudge.Judge(program));
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void Without_any_of_its_steps_the_shortest_program_shows_nothing(SvsmBehavior defect)
    {
        SvsmProgram program = SvsmDefectFile.Read()[defect].Program;
        for (int i = 0; i < program.Steps.Count; i++)
        {
            Assert.Null(SvsmJudge.Judge(program with { Steps = [.. program.Steps.Take(i), .. program.Steps.Skip(i + 1)] }, defect));
        }
    }

    /// <summary>The scripts are run at the prompt by the module's tests. With <c>APICSHELL_WRITE_GOLDEN</c> set they are written anew, which fails.</summary>
    [Theory]
    [MemberData(nameof(Defects))]
    public void The_program_as_commands_is_the_script_of_that_name(SvsmBehavior defect)
    {
        string script = SvsmProgramText.Of(SvsmDefectFile.Read()[defect].Program, defect) + "\n";
        string path = Path.Combine(s_root, "tests", "Vectors", "svsm", "scripts", $"{defect}.ps1");
        string before = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (Environment.GetEnvironmentVariable("APICSHELL_WRITE_GOLDEN") is not null)
        {
            File.WriteAllText(path, script);
        }

        Assert.Equal(before, script);
    }

    [Fact]
    public void The_defects_of_the_file_are_those_of_the_emulator() => Assert.Equal(SvsmDefectFile.Defects.Order(), SvsmDefectFile.Read().Keys.Order());
}
