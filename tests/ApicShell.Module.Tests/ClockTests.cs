using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Step-ApicClock, checkpoints, and the trace of both.</summary>
public sealed class ClockTests : ModuleTest
{
    private const string Timer = "New-ApicMachine 2 -Name m | Out-Null; Get-ApicVcpu | Write-ApicMmio Svr, TimerDivide, LvtTimer -Value 0x1FF, 0xB, 0x40";

    [Theory]
    [InlineData("Step-ApicClock 7", "m")]
    [InlineData("Step-ApicClock -Nanoseconds 7 -Machine other", "other")]
    [InlineData("'other' | Step-ApicClock 7", "other")]
    [InlineData("Get-ApicMachine other | Step-ApicClock 7", "other")]
    [InlineData("Get-ApicVcpu -Machine other | Step-ApicClock 7", "other")]
    [InlineData("Step-ApicClock 7 -Machine (Get-ApicMachine)", "other m")]
    [InlineData("Step-ApicClock '0x7' -Machine other", "other")]
    public void The_machine_comes_by_any_way(string command, string machines)
    {
        Run("New-ApicMachine -Name other | Out-Null; New-ApicMachine -Name m | Out-Null");

        Assert.Equal(machines.Split(' '), Texts($"({command}).Machine.Name"));
        Assert.Equal(machines.Split(' '), Texts("(Get-ApicMachine | Where-Object Clock -EQ 7).Name"));
    }

    [Fact]
    public void A_step_that_is_refused_changes_nothing()
    {
        Run($"{Timer}; Write-ApicMmio TimerInitial 100; Step-ApicClock 50 | Out-Null");

        Session.Run("Step-ApicClock 9223372036854775807");

        Assert.Equal(["50", "50"], Texts("(Get-ApicMachine).Clock; Read-ApicMmio TimerCurrent -Raw"));
    }

    [Fact]
    public void The_last_moment_can_be_reached() =>
        Assert.Equal(["9223372036854775807"], Texts("New-ApicMachine | Out-Null; $null = Step-ApicClock 9223372036854775807; (Get-ApicMachine).Clock"));

    [Fact]
    public void Timers_that_end_at_one_time_are_all_there()
    {
        Run($"{Timer}; Get-ApicVcpu | Write-ApicMmio TimerInitial 100");

        Assert.Equal(["m/0 0x40 delivered", "m/1 0x40 delivered"], Texts("(Step-ApicClock -ToNextTimer).Expired | ForEach-Object { \"$_\" }"));
    }

    [Fact]
    public void A_deadline_in_the_far_future_is_named_and_not_gone_to()
    {
        Run($"{Timer}; Write-ApicMmio LvtTimer 0x40040; Write-ApicMsr TscDeadline 0x9000000000000000");

        ErrorRecord error = Session.Run("Step-ApicClock -ToNextTimer").SingleError;

        Assert.StartsWith("ClockOverflow,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["0"], Texts("(Get-ApicMachine).Clock"));
    }

    [Fact]
    public void A_checkpoint_of_many_vCPUs_and_of_the_SVSM_is_gone_back_to()
    {
        Run("""
            New-ApicMachine 3 -Platform SevSnp -ApicScope PerVmpl -Name snp | Out-Null
            Enable-ApicAlternateInjection -VcHandler Proposal
            Write-ApicMmio Tpr 0x20
            $c = Checkpoint-ApicMachine
            Write-ApicMmio Tpr 0x30
            Get-ApicVcpu | Disable-ApicAlternateInjection
            """);

        Assert.Equal(
            ["True", "32", "32"],
            Texts("Restore-ApicMachine $c; (Get-ApicVcpu 0).AlternateInjection; Read-ApicMmio Tpr -Raw; (Get-ApicView | Where-Object Register -EQ Tpr).Guest"));
    }

    [Fact]
    public void A_machine_that_has_got_a_vCPU_since_is_no_longer_alike()
    {
        Run("New-ApicMachine -Name m | Out-Null; $c = Checkpoint-ApicMachine; $null = New-ApicVcpu -Machine m");

        Assert.StartsWith("CheckpointMismatch,", Session.Run("Restore-ApicMachine $c").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-ApicId 5")]
    [InlineData("-ResetMode X2Apic")]
    [InlineData("-DisableQuirk LapicMmioHole")]
    [InlineData("-NoTscDeadline")]
    public void A_machine_that_was_made_differently_is_not_alike(string options)
    {
        Run($"New-ApicMachine -Name m | Out-Null; $c = Checkpoint-ApicMachine; New-ApicMachine {options} -Name other | Out-Null");

        Assert.StartsWith("CheckpointMismatch,", Session.Run("Restore-ApicMachine $c other").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trace_says_when()
    {
        Run($"{Timer}; Clear-ApicTrace; Write-ApicMmio TimerInitial 100; $null = Step-ApicClock 1000; $null = Read-ApicMmio Irr2");

        Assert.Equal(
            ["Access 0", "ClockStep 0", "TimerExpired 100", "Accepted 100", "Access 1000"],
            Texts("Get-ApicTrace | ForEach-Object { \"$($_.Kind) $($_.Clock)\" }"));
        Assert.Equal(["TimerExpired", "Accepted"], Texts("(Get-ApicTrace -Kind Accepted, TimerExpired).Kind"));
        Assert.Equal(["Access"], Texts("(Get-ApicTrace -Kind Access -Last 1).Kind"));
        Assert.Empty(Run("Get-ApicTrace -Kind SvsmCall").Output);
    }

    [Fact]
    public void The_kinds_of_events_are_those_of_the_core()
    {
        IReadOnlyList<string> hops = Texts("[ApicShell.Confidential.SnpHop].GetFields() | ForEach-Object Name");
        string[] kinds = [.. hops, .. Names("Emulation.InterruptEventKind"), .. Names("Emulation.CommandKind")];

        // A device's message is shown as the interrupt that it sends; what a take and a platform's command do is told by its events.
        string[] told = ["Message", "Take", "Acknowledge", "FirstOfPlatform"];
        Assert.Equal(kinds.Except(told).Order(), Names("ApicTraceEventKind").Order());
        Assert.Equal(kinds.Except(told).Order(), Texts("[Enum]::GetValues([ApicShell.ApicTraceEventKind]) | ForEach-Object { \"$_\" }").Order());
    }

    private IReadOnlyList<string> Names(string type) => Texts($"[Enum]::GetNames([ApicShell.{type}])");
}
