using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Ctrl+C, and pipelines that end before their source does.</summary>
[Collection(TimedTests.Name)]
[Trait("Speed", "Slow")]
public sealed class StopTests : ModuleTest
{
    // Loose, and below what the commands would take: the recorded boot has 17,000 lines and is read 20,000 times, and an array has
    // 5 million vCPUs.
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(5);

    public StopTests() => Run(
        """
        $files = @($args[0]) * 20000
        $started = [System.Threading.ManualResetEventSlim]::new()
        $v = New-ApicVcpu
        """,
        SampleFiles.RecordedBoot);

    [Theory]
    [InlineData("Import-ApicTrace $files")]
    [InlineData("Import-ApicTrace $files | Invoke-ApicReplay")]
    [InlineData("Read-ApicMmio $many Tpr")]
    [InlineData("Get-ApicBase $many")]
    [InlineData("Get-ApicRegister $many Tpr")]
    [InlineData("Test-ApicBase $many -Mode X2Apic")]
    [InlineData("Send-ApicIpi 0x41 -Shorthand Self -Vcpu $many")]
    [InlineData("Send-ApicInterrupt $many -Nmi")]
    [InlineData("Get-ApicPendingInterrupt $many")]
    [InlineData("Compare-ApicDesign (@('A') * 100000) -NoCondition")]
    [InlineData("Invoke-ApicBoot (@('OvmfSmall') * 100000)")]
    public void A_stop_ends_a_command_that_gives_something(string command)
    {
        MakeMany();
        var started = (ManualResetEventSlim)Run("$started").Output[0].BaseObject;

        AssertStops($"{command} | ForEach-Object {{ $started.Set() }}", () => started.IsSet);
    }

    [Theory]
    [InlineData("Write-ApicMmio $many Tpr 1")]
    [InlineData("Set-ApicBase $many -Mode XApic")]
    [InlineData("Complete-ApicInterrupt $many -WarningAction Ignore")]
    [InlineData("Complete-ApicInterrupt -Count 2147483647 -WarningAction Ignore")]
    [InlineData("Read-ApicMsr $many Tpr -ErrorAction Ignore")]
    public void A_stop_ends_a_command_that_gives_nothing(string command)
    {
        MakeMany();
        object vcpu = Run("$v").Output[0];
        using EngineSession observer = EngineSession.WithModule();

        AssertStops(command, () => observer.Run("Get-ApicTrace $args[0].Machine -Last 1", vcpu).NoErrors().Output.Count != 0);
    }

    [Fact]
    public void A_stop_ends_a_command_that_reads_and_finds_nothing()
    {
        // The first file is done when its one event comes; the others have none of the kind.
        using TemporaryFolder folder = new();
        Run("$files = @($args[0]) + $files", folder.Write("first.log", "cpu_set_apic_base 0x00000000fee00900\n"));
        var started = (ManualResetEventSlim)Run("$started").Output[0].BaseObject;

        AssertStops("Import-ApicTrace $files -Kind BaseWrite | ForEach-Object { $started.Set() }", () => started.IsSet);
    }

    [Fact]
    public void A_search_that_is_stopped_leaves_what_it_knew()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "kept");

        // The file is there from the start; the search goes on for hours.
        AssertStops(
            $"Find-ApicDivergence A -VcpuCount 4 -Property ModeSteps -MaxDepth 1000 -ResumePath '{file}'",
            () => File.Exists(file));

        Assert.Equal(["Stopped"], Texts("(Get-ApicDivergence).Status"));
        Assert.NotEqual(0, new FileInfo(file).Length);
    }

    [Theory]
    [InlineData("Import-ApicTrace $path")]
    [InlineData("New-ApicBoot -Path $path")]
    [InlineData("Merge-ApicDivergence -Path $path")]
    public void A_stop_ends_a_command_that_the_file_system_lets_wait(string command)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using TemporaryFolder folder = new();
        string path = folder.Write("held", "held");
        Run("$path = $args[0]", path);
        using LeasedFile held = new(path);

        AssertStops(command, () => held.IsWaitedFor);
    }

    [Fact]
    public void A_search_for_remedies_that_is_stopped_leaves_the_session_as_it_was()
    {
        var started = (ManualResetEventSlim)Run("$started").Output[0].BaseObject;

        // The first world takes a fraction of a second, the others half a minute each.
        AssertStops("Find-ApicRemedy Mail, Today, Specification, Pr11033 | ForEach-Object { $started.Set() }", () => started.IsSet);

        Assert.Equal(["True", "Works"], Texts("(Find-ApicRemedy Mail OvmfSmall -Only Edk2).IsComplete; (Compare-ApicDesign A -World Mail -NoCondition).Verdict"));
    }

    [Theory]
    [InlineData("Import-ApicTrace $files")]
    [InlineData("Import-ApicTrace $files | Invoke-ApicReplay")]
    [InlineData("Read-ApicMmio (@('Tpr') * 100000)")]
    public void A_pipeline_that_has_enough_ends_its_source(string source)
    {
        Run("New-ApicMachine | Out-Null");
        long start = Stopwatch.GetTimestamp();

        EngineResult result = Run($"do {{ {source} | ForEach-Object {{ $_; if (++$n -ge 3) {{ break }} }} }} while ($false)");

        Assert.Equal(3, result.Output.Count);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, s_bound);
    }

    [Fact]
    public void An_error_further_down_the_pipeline_comes_through_a_command()
    {
        EngineResult result = Session.Run("Import-ApicTrace $files | ForEach-Object { throw 'enough' }");

        Assert.True(result.Terminated);
        Assert.Equal("enough", result.SingleError.Exception.Message);
    }

    [Fact]
    public void ErrorAction_Stop_ends_the_command_at_its_first_error()
    {
        Run("New-ApicMachine 3 | Out-Null");

        EngineResult result = Session.Run("Get-ApicVcpu | Read-ApicMsr Tpr, Ldr -ErrorAction Stop; 'not reached'");

        Assert.True(result.Terminated);
        Assert.Empty(result.Output);
        Assert.StartsWith("GuestFault.GP,", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        // One access, and not six.
        Assert.Equal(["1"], Texts("@(Get-ApicTrace).Count"));
    }

    [Fact]
    public void A_file_is_closed_when_its_reading_is_stopped()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("boot.log", string.Concat(Enumerable.Repeat("apic_mem_readl 0x80 = 0x00000010\n", 1000)));

        Run("do { Import-ApicTrace $args[0] | ForEach-Object { break } } while ($false)", path);

        // Where the command still had it open, this would fail.
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.NotEqual(0, file.Length);
    }

    // $many; PowerShell would take a second and more to make it.
    private void MakeMany()
    {
        object vcpu = Run("$v").Output[0].BaseObject;
        var many = Array.CreateInstance(vcpu.GetType(), 5_000_000);
        Array.Fill((object[])many, vcpu);
        Session.Runspace.SessionStateProxy.SetVariable("many", many);
    }

    private void AssertStops(string script, Func<bool> hasStarted)
    {
        using PowerShell shell = Session.NewPowerShell(script);
        IAsyncResult running = shell.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(hasStarted, TimeSpan.FromSeconds(60)), "The command did not start.");
        // Into its work.
        Thread.Sleep(20);
        Assert.False(running.IsCompleted, "The command ended by itself, so that there was nothing to stop.");

        long start = Stopwatch.GetTimestamp();
        shell.Stop();
        TimeSpan duration = Stopwatch.GetElapsedTime(start);

        Assert.InRange(duration, TimeSpan.Zero, s_bound);
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(shell.Streams.Error);
        Assert.Equal(["XApic"], Texts("New-ApicMachine | Out-Null; (Get-ApicBase).Mode"));
    }
}
