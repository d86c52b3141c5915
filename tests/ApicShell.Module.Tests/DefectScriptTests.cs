using System.IO;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The shortest programs that show the defects of a real SVSM, as commands: they run as they are printed.</summary>
public sealed class DefectScriptTests : ModuleTest
{
    private static string Folder => Path.Combine(BuildPaths.RepositoryRoot, "tests", "Vectors", "svsm", "scripts");

    public static TheoryData<string> Scripts => [.. Directory.GetFiles(Folder, "*.ps1").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_runs_without_an_error(string script) =>
        Assert.NotEmpty(Texts($"{File.ReadAllText(Path.Combine(Folder, script))}\nGet-ApicTrace"));

    [Fact]
    public void A_posted_IPI_is_lost_with_the_defect_and_not_without()
    {
        string script = File.ReadAllText(Path.Combine(Folder, "PostedIpisNotHandedOff.ps1"));
        Assert.Equal(["0"], Texts($"$null = . {{ {script} }} 3>$null; (Get-ApicPendingInterrupt $v[1]).Requested.Count"));
        string right = script.Replace(" -SvsmBehavior PostedIpisNotHandedOff", "");
        Assert.Equal(["1"], Texts($"$null = . {{ {right} }} 3>$null; (Get-ApicPendingInterrupt $v[1]).Requested.Count"));
    }
}
