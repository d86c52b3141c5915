using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>A folder becomes cases of xunit, and none of it is lost.</summary>
public sealed class FolderTests
{
    [Fact]
    public void A_folder_without_files_is_a_case_that_fails()
    {
        using TemporaryFolder folder = new();
        PesterFolder missing = new(Path.Combine(folder.Path, "missing"), null);
        PesterFolder empty = new(folder.Path, null);
        folder.Write("Helper.ps1", "'not a test'");

        Assert.NotNull(missing.Failure(Assert.Single(missing.Discover())));
        Assert.NotNull(empty.Failure(Assert.Single(empty.Discover())));
    }

    [Fact]
    public void Each_test_of_each_file_is_a_case()
    {
        using TemporaryFolder folder = new();
        folder.Write("B.Tests.ps1", "Describe 'b' { It 'fails' { throw 'boom' }; It 'passes' { }; It 'passes' { } }");
        folder.Write("sub/A.Tests.ps1", "Describe 'a' { It 'passes' { } }");
        folder.Write("Bad.Tests.ps1", "Describe 'bad' { It 'never' { Mock x } }");
        PesterFolder pester = new(folder.Path, null);

        IReadOnlyList<PesterCase> cases = pester.Discover();

        Assert.Equal(
            [
                "B.Tests.ps1: b.fails",
                "B.Tests.ps1: b.passes",
                "B.Tests.ps1: b.passes",
                "Bad.Tests.ps1: (discovery)",
                "sub/A.Tests.ps1: a.passes",
            ],
            cases.Select(test => test.ToString()));
        Assert.Equal([true, false, false, true, false], cases.Select(test => pester.Failure(test) is not null));
    }

    [Fact]
    public void A_file_that_changes_between_discovery_and_run_fails()
    {
        using TemporaryFolder folder = new();
        folder.Write("A.Tests.ps1", "Describe 'a' { It 'first' { }; It 'second' { } }");
        PesterFolder pester = new(folder.Path, null);
        IReadOnlyList<PesterCase> cases = pester.Discover();
        folder.Write("A.Tests.ps1", "Describe 'a' { It 'other' { } }");

        Assert.All(cases, test => Assert.Contains("not describe the same tests", pester.Failure(test), StringComparison.Ordinal));
    }

    [Fact]
    public void The_module_is_there_when_tests_run_and_importing_it_again_is_left_to_the_file()
    {
        using TemporaryFolder folder = new();
        WriteModule(folder);
        folder.Write("A.Tests.ps1", """
            BeforeAll { if (-not (Get-Module Sample)) { Import-Module "$PSScriptRoot/elsewhere/Sample" } }
            Describe 'a' { It 'calls the module' { Get-Sample | Should -Be 'sample' } }
            """);
        PesterFolder pester = new(folder.Path, Path.Combine(folder.Path, "Sample"));

        Assert.Null(pester.Failure(Assert.Single(pester.Discover())));
    }

    [Fact]
    public void A_file_that_needs_the_module_for_discovery_imports_it_itself()
    {
        using TemporaryFolder folder = new();
        WriteModule(folder);
        const string Tests = "Describe 'a' { It 'has <_>' -ForEach (Get-Command -Module Sample).Name { $_ | Should -Be 'Get-Sample' } }";
        folder.Write("Bad.Tests.ps1", Tests);
        folder.Write("Good.Tests.ps1", "BeforeDiscovery { Import-Module \"$PSScriptRoot/Sample\" }\n" + Tests);
        PesterFolder pester = new(folder.Path, Path.Combine(folder.Path, "Sample"));

        IReadOnlyList<PesterCase> cases = pester.Discover();

        Assert.Equal(["Bad.Tests.ps1: (discovery)", "Good.Tests.ps1: a.has Get-Sample"], cases.Select(test => test.ToString()));
        Assert.Equal([true, false], cases.Select(test => pester.Failure(test) is not null));
    }

    [Fact]
    public void A_module_that_is_missing_is_named()
    {
        using TemporaryFolder folder = new();
        folder.Write("A.Tests.ps1", "Describe 'a' { It 'passes' { } }");
        PesterFolder pester = new(folder.Path, Path.Combine(folder.Path, "Sample"));

        FileNotFoundException exception = Assert.Throws<FileNotFoundException>(() => pester.Failure(pester.Discover()[0]));

        Assert.Contains("Sample.psd1", exception.Message, StringComparison.Ordinal);
    }

    private static void WriteModule(TemporaryFolder folder)
    {
        folder.Write("Sample/Sample.psd1", "@{ ModuleVersion = '1.0'; RootModule = 'Sample.psm1'; FunctionsToExport = 'Get-Sample' }");
        folder.Write("Sample/Sample.psm1", "function Get-Sample { 'sample' }");
    }
}
