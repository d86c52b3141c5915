using System.IO;
using System.Linq;
using System.Threading.Tasks;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Import, once and again.</summary>
public sealed class ImportTests : ModuleTest
{
    private const int CmdletCount = 65;
    private const string Json = "System.Text.Json.dll";

    [Fact]
    public void There_are_as_many_cmdlets_as_this_version_promises() => Assert.Equal(CmdletCount, Cmdlets().Count);

    [Fact]
    public void Import_with_Force_can_be_repeated()
    {
        for (int i = 0; i < 2; i++)
        {
            Run("Import-Module $args[0] -Force", BuildPaths.ModuleLayout);

            Assert.Equal(CmdletCount, Cmdlets().Count);
            Assert.Single(Run("Get-Module ApicShell").Output);
            Assert.Equal("XApic", Texts("New-ApicMachine | Out-Null; (Get-ApicBase).Mode").Single());
        }
    }

    [Fact]
    public void Views_work_after_import_with_Force()
    {
        string before = Session.Render("New-ApicMachine -Name a");

        Run("Remove-ApicMachine a; Import-Module $args[0] -Force", BuildPaths.ModuleLayout);

        Assert.Equal(before, Session.Render("New-ApicMachine -Name a"));
    }

    [Fact]
    public void The_module_can_be_removed_and_imported_again()
    {
        Run("Remove-Module ApicShell");
        Assert.Empty(Run("Get-Command -Name '*-Apic*'").Output);

        Session.ImportModule(BuildPaths.ModuleLayout);

        Assert.Equal(CmdletCount, Cmdlets().Count);
        Assert.Equal("XApic", Texts("New-ApicMachine | Out-Null; (Get-ApicBase).Mode").Single());
    }

    [Fact]
    public void Machines_outlive_the_import_that_made_them()
    {
        Run("New-ApicMachine -Name kept | Out-Null; Import-Module $args[0] -Force", BuildPaths.ModuleLayout);

        Assert.Equal(["kept"], Texts("Get-ApicMachine"));
    }

    [Fact]
    public void Import_makes_no_machine_and_writes_nothing()
    {
        using EngineSession session = EngineSession.WithoutModule();

        EngineResult import = session.Run("Import-Module $args[0]", BuildPaths.ModuleLayout).NoErrors();

        Assert.Empty(import.Output);
        Assert.Empty(import.Warnings);
        Assert.Empty(import.HostText);
        Assert.Empty(session.Run("Get-ApicMachine").NoErrors().Output);
    }

    [Fact]
    public void The_cmdlets_come_from_the_build_for_this_runtime() =>
        Assert.Equal(Path.Combine(BuildPaths.ModuleLayout, "bin", "net8.0", "ApicShell.dll"), Path.GetFullPath(ModuleAssembly.Location));

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Import_loads_the_two_assemblies_of_the_module_and_no_reader_of_Json()
    {
        FreshProcess.Report report = await FreshProcess.ImportModule();
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        Assert.Equal(
            ["ApicShell.Core.dll", "ApicShell.dll"],
            report.Assemblies.Where(path => Path.GetDirectoryName(path) != framework).Select(path => Path.GetFileName(path)).Order());
        Assert.DoesNotContain(Json, report.Assemblies.Select(path => Path.GetFileName(path)));
        // Loose: it takes a fraction of a second.
        Assert.InRange(report.Duration.TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData("$found = Find-ApicDivergence A -MaxDepth 2; $null = $found, $found.Verdict, $found.Script; $null = Find-ApicDivergence A -MaxDepth 2 -Part 1 -Of 1 | Merge-ApicDivergence", false)]
    [InlineData("$null = (Find-ApicDivergence A -MaxDepth 2).Text", true)]
    [InlineData("'{}' | Merge-ApicDivergence -ErrorAction Ignore", true)]
    [Trait("Speed", "Slow")]
    public async Task Json_is_loaded_when_a_text_is_first_written_or_read(string script, bool isLoaded)
    {
        FreshProcess.Report report = await FreshProcess.ImportModule(script);
        string[] files = [.. report.Assemblies.Select(path => Path.GetFileName(path))];

        Assert.Equal((isLoaded, isLoaded), (files.Contains(Json), files.Contains("ApicShell.Serialization.dll")));
    }
}
