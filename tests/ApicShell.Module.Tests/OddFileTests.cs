using System;
using System.IO;
using ApicShell.Tests.Walk;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Pipes, devices and links in the place of files: nothing waits for the other end of a pipe, and nothing reads without end.</summary>
public sealed class OddFileTests : ModuleTest
{
    private readonly OddPaths _paths = new();

    public OddFileTests() => Run("Set-Location -LiteralPath $args[0]; New-ApicMachine -Name m | Out-Null; $null = Read-ApicMmio Tpr", _paths.Folder);

    public override void Dispose()
    {
        base.Dispose();
        _paths.Dispose();
    }

    [Theory]
    [InlineData("pipe", "a pipe")]
    [InlineData("socket", "a socket")]
    [InlineData("to pipe", "a pipe")]
    [InlineData("to zero", "a device")]
    [InlineData("to folder", "a directory")]
    [InlineData("/dev/full", "a device")]
    public void What_is_no_regular_file_is_refused_by_what_it_is(string path, string kind)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string files = _paths.Image();
        foreach ((string command, string id) in ((string, string)[])
            [
                ("Import-ApicTrace $args[0]", "TraceUnreadable"),
                ("Import-ApicTrace -LiteralPath $args[0]", "TraceUnreadable"),
                ("Merge-ApicDivergence -Path $args[0]", "TraceUnreadable"),
                ("New-ApicBoot -Path $args[0]", "BootFileUnreadable"),
                ("Export-ApicTrace $args[0]", "FileUnwritable"),
                ("Export-ApicTrace $args[0] -Force", "FileUnwritable"),
                ("Find-ApicDivergence A -MaxDepth 1 -ResumePath $args[0]", "FileUnwritable"),
            ])
        {
            System.Management.Automation.ErrorRecord error = Session.Run(command, path).SingleError;
            Assert.StartsWith($"{id},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(kind, error.Exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(files, _paths.Image());
    }

    [Fact]
    public void A_link_to_a_file_is_as_good_as_the_file()
    {
        File.WriteAllText(Path.Combine(_paths.Folder, "boot.log"), "apic_mem_readl 0x80 = 0x0\n");
        File.CreateSymbolicLink(Path.Combine(_paths.Folder, "link.log"), "boot.log");

        Assert.Equal(["1"], Texts("@(Import-ApicTrace link.log).Count"));
        Assert.Empty(Run("Export-ApicTrace link.log").Output);
        Assert.Contains("machine \"m\"", File.ReadAllText(Path.Combine(_paths.Folder, "boot.log")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_no_memory_holds_is_refused_where_it_is_read_whole()
    {
        using (FileStream file = File.Create(Path.Combine(_paths.Folder, "huge")))
        {
            file.SetLength(1L << 40);
        }

        Assert.Contains("longer than 64 MB", Session.Run("New-ApicBoot -Path huge").SingleError.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("longer than 64 MB", Session.Run("Merge-ApicDivergence -Path huge").SingleError.Exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("TraceNotText,", Session.Run("Import-ApicTrace huge").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }
}
