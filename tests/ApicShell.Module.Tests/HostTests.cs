using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The console host as a process: what pwsh takes works, and the module is there.</summary>
[Trait("Speed", "Slow")]
public sealed class HostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_command_finds_the_module_imported_and_the_rest_of_PowerShell()
    {
        Result result = await Run("-NoProfile", "-Command", "Get-Module ApicShell | Select-Object -ExpandProperty Name; New-ApicVcpu | Select-Object Mode | ConvertTo-Json -Compress");

        Assert.Equal(new Result(0, "ApicShell\n{\"Mode\":1}\n", ""), result);
    }

    [Fact]
    public async Task A_script_gets_its_arguments_and_its_exit_code_is_that_of_the_process()
    {
        string script = Script("param([int] $Number, [switch] $Flag) \"$Number $Flag $($args -join '+')\"; exit 7");

        Assert.Equal(new Result(7, "5 True a b+c\n", ""), await Run("-NoProfile", "-File", script, "-Number", "5", "-Flag", "a b", "c"));
        Assert.Equal(new Result(7, "0 False \n", ""), await Run(script));
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_an_error_of_the_command_line()
    {
        Result result = await Run("-NoProfile", "-File", "not-there.ps1");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("not-there.ps1", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_throws_ends_with_1_and_a_guest_fault_is_text_without_colours()
    {
        Result result = await Run("-NoProfile", "-Command", "(New-ApicMachine).Name; Read-ApicMsr Tpr -ErrorAction Stop");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("M1\n", result.Output);
        Assert.Contains("RDMSR 0x808 on vCPU 0: #GP(0)", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output + result.Errors);
    }

    [Fact]
    public async Task Help_is_that_of_pwsh()
    {
        Result result = await Run("-Help");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("Usage: pwsh", result.Output.TrimStart(), StringComparison.Ordinal);
        Assert.Contains("-Command | -c", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_come_by_standard_input()
    {
        Result result = await RunWithInput("1..3 | ForEach-Object { New-ApicMachine } | Measure-Object | ForEach-Object Count\n", "-NoProfile", "-Command", "-");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("3", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoExit_goes_on_with_a_prompt_that_names_the_module()
    {
        Result result = await RunWithInput("exit 4\n", "-NoLogo", "-NoExit", "-Command", "'first'");

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("first", result.Output, StringComparison.Ordinal);
        Assert.Contains("ApicShell> ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_threads_and_background_pipelines_know_the_module()
    {
        Result result = await Run("-NoProfile", "-Command", """
            Start-Job { (New-ApicMachine -Name job).Name } | Receive-Job -Wait -AutoRemoveJob
            (Start-ThreadJob { New-ApicMachine -Name thread } | Receive-Job -Wait -AutoRemoveJob).Name
            1..2 | ForEach-Object -Parallel { (New-ApicMachine -Name parallel).Name }
            $job = New-ApicMachine -Name ampersand | ForEach-Object Name &
            $job | Receive-Job -Wait
            """);

        Assert.Equal(new Result(0, "job\nthread\nparallel\nparallel\nampersand\n", ""), result);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<Result> Run(params string[] arguments) => RunWithInput("", arguments);

    private static async Task<Result> RunWithInput(string input, params string[] arguments)
    {
        using Process process = HostProgram.Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Result(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }

    private string Script(string text)
    {
        string path = Path.Combine(_folder.Path, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }

    private sealed record Result(int ExitCode, string Output, string Errors);
}
