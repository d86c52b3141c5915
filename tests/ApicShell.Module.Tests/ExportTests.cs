using System;
using System.IO;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Export-ApicTrace: what stands in the file. That it means what it should, the core's tests prove.</summary>
public sealed class ExportTests : ModuleTest
{
    private const string Session2 = """
        New-ApicMachine 2 -Name m | Out-Null
        Set-ApicBase -Mode X2Apic
        Write-ApicMsr Svr, Icr -Value 0x1FF, 0x40031
        $null = Read-ApicMsr Irr1
        $null = Step-ApicClock 100
        """;

    private readonly TemporaryFolder _folder = new();

    private string File1 => Path.Combine(_folder.Path, "a.txt");

    [Theory]
    [InlineData("Export-ApicTrace $file")]
    [InlineData("Export-ApicTrace -Path $file -Machine m -Format KvmApic")]
    [InlineData("Get-ApicTrace | Export-ApicTrace $file")]
    [InlineData("Get-ApicMachine | Export-ApicTrace $file")]
    [InlineData("Export-ApicTrace $file -InputObject (Get-ApicTrace)")]
    public void A_session_is_written_by_any_way(string command)
    {
        Run(Session2);

        Assert.Empty(Run($"$file = $args[0]; {command}", File1).Warnings);

        Assert.Equal(
            [
                "vcpus 2 {\"ok\":true}", "hlapic 0 0xf0 0xff {\"rc\":0}", "wrmsr 0 0x1b 0xfee00d00 {\"ok\":true}", "wrmsr 0 0x80f 0x1ff {\"ok\":true}",
                "wrmsr 0 0x830 0x40031 {\"ok\":true}", "rdmsr 0 0x821 {\"value\":\"0x20000\"}", "wait 100 {\"ok\":true}",
            ],
            Operations(File1));
        string text = File.ReadAllText(File1);
        Assert.StartsWith("# What machine \"m\" of ApicShell did (model Kvm, platform Native).\n", text, StringComparison.Ordinal);
        Assert.Contains("KVM_SIGNAL_MSI", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    [Fact]
    public void A_recorded_boot_is_one_vCPU()
    {
        Run("Import-ApicTrace $args[0] -Kind RegisterRead, RegisterWrite -First 2 | Export-ApicTrace $args[1]", SampleFiles.RecordedBoot, File1);

        Assert.Equal(["vcpus 1 {\"ok\":true}", "mmior 0 0xf0 {\"value\":\"0xff\"}", "mmiow 0 0xf0 0x1ff {\"ok\":true}"], Operations(File1));
    }

    [Fact]
    public void Accesses_that_the_SVSM_answers_are_comments_and_a_warning()
    {
        EngineResult result = Run(
            "New-ApicMachine -Platform SevSnp | Out-Null; $null = Read-ApicMmio Svr; Enable-ApicAlternateInjection -VcHandler Proposal; $null = Read-ApicMmio Tpr; Export-ApicTrace $args[0]",
            File1);

        Assert.Contains("2 events", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(["vcpus 1 {\"ok\":true}", "hlapic 0 0xf0 0xff {\"rc\":0}", "mmior 0 0xf0 {\"value\":\"0xff\"}"], Operations(File1));
        Assert.Contains("# left out: vCPU 0, MMIO read 0x080: answered by the SVSM", File.ReadAllLines(File1));
    }

    [Fact]
    public void A_trace_that_does_not_start_at_RESET_warns()
    {
        Run(Session2);

        Assert.Contains("starts with event", Assert.Single(Run("Get-ApicTrace -Last 2 | Export-ApicTrace $args[0]", File1).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_that_must_not_be()
    {
        Run(Session2);
        File.WriteAllText(File1, "mine");

        Session.Run("Get-ApicTrace | Export-ApicTrace $args[0] -NoClobber", File1);
        Assert.Equal("mine", File.ReadAllText(File1));
        Session.Run("New-ApicMachine | Out-Null; Export-ApicTrace $args[0]", File1);
        Assert.Equal("mine", File.ReadAllText(File1));
        Run("Export-ApicTrace $args[0] -Machine m", File1);
        Assert.NotEqual("mine", File.ReadAllText(File1));
    }

    [Fact]
    public void An_error_of_the_file_is_said_once()
    {
        Run(Session2);

        Assert.Single(Session.Run("Get-ApicTrace | Export-ApicTrace $args[0]", Path.Combine(_folder.Path, "no", "a.txt")).Errors);
    }

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }

    private static string[] Operations(string file) =>
        [.. File.ReadAllLines(file)
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => string.Join(' ', line.Replace("#=", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
}
