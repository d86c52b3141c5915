using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using ApicShell.Engine;
using Xunit;

namespace ApicShell.Tests.Engine;

/// <summary>The session that all other tests trust.</summary>
public sealed class EngineSessionTests
{
    [Fact]
    public void Output_errors_warnings_and_text_come_back_apart()
    {
        using EngineSession session = EngineSession.WithoutModule();

        EngineResult result = session.Run("""
            $args[0] + 1
            Get-Module -Name a -ListAvailable -FullyQualifiedName b
            $Host.UI.WriteLine('to the host')
            & { [CmdletBinding()] param() $PSCmdlet.WriteWarning('careful'); $PSCmdlet.WriteVerbose('unseen') }
            """, 41);

        Assert.Equal(42, result.Output[0].BaseObject);
        Assert.Equal("careful", Assert.Single(result.Warnings));
        Assert.Contains("to the host\n", result.HostText, StringComparison.Ordinal);
        Assert.Equal(
            "NameAndFullyQualifiedNameCannotBeSpecifiedTogether,Microsoft.PowerShell.Commands.GetModuleCommand",
            result.SingleError.FullyQualifiedErrorId);
        Assert.False(result.Terminated);
    }

    [Fact]
    public void An_error_that_ends_the_script_is_the_last_of_its_errors()
    {
        using EngineSession session = EngineSession.WithoutModule();

        EngineResult result = session.Run("1; throw 'boom'; 2");

        Assert.Equal(1, Assert.Single(result.Output).BaseObject);
        Assert.Equal("boom", result.SingleError.FullyQualifiedErrorId);
        Assert.True(result.Terminated);
        Assert.ThrowsAny<Exception>(() => result.NoErrors());
        Assert.ThrowsAny<Exception>(() => result.One<int>());
    }

    [Fact]
    public void Variables_stay_from_one_script_to_the_next()
    {
        using EngineSession session = EngineSession.WithoutModule();

        session.Run("$x = 5").NoErrors();

        Assert.Equal(5, session.Run("$x").One<int>());
    }

    [Fact]
    public void The_engine_is_whole_and_comes_from_the_build()
    {
        using EngineSession session = EngineSession.WithoutModule();

        Assert.Equal(["b"], session.Run("'a', 'b' | Select-Object -Last 1").NoErrors().Output.Select(item => $"{item}"));
        Assert.Equal(EngineFolder.Built.TrimEnd('/', '\\'), session.Run("$PSHOME").One<string>());
    }

    [Fact]
    public void Rendered_text_is_what_a_user_sees_in_120_columns()
    {
        using EngineSession session = EngineSession.WithoutModule();

        string text = session.Render("""
            [pscustomobject] @{ Name = 'first'; Value = 1 }
            [pscustomobject] @{ Name = 'second'; Value = 'x' * 200 }
            """);

        string[] lines = text.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("first ", StringComparison.Ordinal) && line[^1] == '1');
        Assert.InRange(lines.Max(line => line.Length), 119, 120);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\r', text);
    }

    [Theory]
    [InlineData("1; NoSuchCommand; 2", "NoSuchCommand", true)]
    [InlineData("1; throw 'boom'; 2", "boom", false)]
    public void Rendered_text_has_the_errors_in_their_place(string script, string error, bool goesOn)
    {
        using EngineSession session = EngineSession.WithoutModule();

        string[] lines = session.Render(script).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("1", lines[0]);
        Assert.Contains(error, string.Concat(lines[1..]), StringComparison.Ordinal);
        Assert.Equal(goesOn, lines[^1] == "2");
    }

    [Fact]
    public void A_command_line_is_completed_at_its_end_or_at_the_cursor()
    {
        using EngineSession session = EngineSession.WithoutModule();

        Assert.Contains(session.Complete("Import-Mod").CompletionMatches, match => match.CompletionText == "Import-Module");
        Assert.Contains(session.Complete("Get-Module -Li | x", 14).CompletionMatches, match => match.CompletionText == "-ListAvailable");
        Assert.Empty(session.Complete("No-SuchThing -").CompletionMatches);
    }

    [Fact]
    public void A_question_is_an_error()
    {
        using EngineSession session = EngineSession.WithoutModule();

        EngineResult result = session.Run("$Host.UI.ReadLine()");

        Assert.Contains("cannot be asked", result.SingleError.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_can_be_stopped()
    {
        using EngineSession session = EngineSession.WithoutModule();
        using PowerShell shell = session.NewPowerShell("while ($true) { }");
        IAsyncResult running = shell.BeginInvoke();

        shell.Stop();

        Assert.ThrowsAny<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Equal(1, session.Run("1").One<int>());
    }

    [Fact]
    public void A_module_is_imported_from_its_layout_once()
    {
        using TemporaryFolder folder = new();
        folder.Write("Sample/Sample.psd1", "@{ ModuleVersion = '1.0'; RootModule = 'Sample.psm1'; FunctionsToExport = '*' }");
        folder.Write("Sample/Sample.psm1", "$global:imports = 1 + $global:imports; function Get-Sample { 'sample' }");
        using EngineSession session = EngineSession.WithModule(Path.Combine(folder.Path, "Sample"));

        session.ImportModule(Path.Combine(folder.Path, "Sample/"));

        Assert.Equal("sample", session.Run("Get-Sample").One<string>());
        Assert.Equal(1, session.Run("$imports").One<int>());
    }

    [Fact]
    public void A_module_that_is_missing_or_broken_is_named()
    {
        using TemporaryFolder folder = new();
        folder.Write("Broken/Broken.psd1", "@{ ModuleVersion = '1.0'; RootModule = 'NotThere.psm1' }");

        string missing = Assert.Throws<FileNotFoundException>(() => Open("Sample")).Message;
        string broken = Assert.Throws<InvalidOperationException>(() => Open("Broken")).Message;

        Assert.Contains("Sample.psd1", missing, StringComparison.Ordinal);
        Assert.Contains("Build the solution first", missing, StringComparison.Ordinal);
        Assert.Contains("Broken.psd1", broken, StringComparison.Ordinal);
        Assert.Contains("NotThere", broken, StringComparison.Ordinal);

        void Open(string name) => EngineSession.WithModule(Path.Combine(folder.Path, name)).Dispose();
    }

    [Fact]
    public void No_assembly_of_the_module_lies_next_to_the_tests() => Assert.Equal(
        ["ApicShell.Module.Tests.dll"],
        Directory.EnumerateFiles(AppContext.BaseDirectory, "ApicShell*.dll").Select(Path.GetFileName));
}
