using System;
using System.Diagnostics;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The options of a machine: what a host can choose.</summary>
public sealed class MachineOptionTests : ModuleTest
{
    [Theory]
    [InlineData("", "Lint0Reenabled LapicMmioHole X2ApicBroadcast")]
    [InlineData("-DisableQuirk Lint0Reenabled, LapicMmioHole, X2ApicBroadcast", "")]
    [InlineData("-EnableQuirk LastVcpuUnmapped -DisableQuirk Lint0Reenabled", "LapicMmioHole X2ApicBroadcast LastVcpuUnmapped")]
    [InlineData("-EnableQuirk X2Apic32BitIds, EoiBroadcastSuppression, LapicMmioHole", "Lint0Reenabled LapicMmioHole X2ApicBroadcast X2Apic32BitIds EoiBroadcastSuppression")]
    [InlineData("-Model Amd", "")]
    public void Quirks_are_switched_one_by_one(string options, string expected)
    {
        Assert.Equal([expected], Texts($"\"$((New-ApicMachine {options}).Quirks)\""));
        Assert.Equal([expected], Texts($"\"$((New-ApicVcpu {options}).Machine.Quirks)\""));
    }

    [Theory]
    [InlineData("Lint0Reenabled", "Read-ApicMmio LvtLint0 -Raw", "1792", "65536")]
    [InlineData("LapicMmioHole", "Set-ApicBase -Mode X2Apic; (Read-ApicMmio Tpr).Rule.Id", "KvmMmioHole", "KvmMmioExit")]
    public void A_quirk_shows(string quirk, string command, string on, string off)
    {
        Assert.Equal(on, Texts($"$null = New-ApicMachine; {command}")[^1]);
        Assert.Equal(off, Texts($"$null = New-ApicMachine -DisableQuirk {quirk}; {command}")[^1]);
    }

    [Fact]
    public void What_is_no_quirk_is_named_with_those_that_are()
    {
        string message = Session.Run("New-ApicMachine -DisableQuirk Nope").SingleError.Exception.Message;

        Assert.Contains("Nope", message, StringComparison.Ordinal);
        Assert.Contains("LapicMmioHole", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bootstrap_processor_can_be_another()
    {
        Run("$m = New-ApicMachine 3 -BootstrapId 2");

        Assert.Equal(["False False True", "2"], Texts("\"$((Get-ApicVcpu | Get-ApicBase).Bootstrap)\"; $m.BootstrapId"));
    }

    [Fact]
    public void A_machine_without_a_bootstrap_processor_warns()
    {
        EngineResult result = Session.Run("New-ApicMachine 2 -BootstrapId 0xFEE00000 | Get-ApicVcpu | Get-ApicBase | ForEach-Object { $_.Bootstrap }");

        Assert.Equal([false, false], result.Output.Select(item => (bool)item.BaseObject));
        Assert.Contains("0xFEE00000", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-NoTscDeadline", "False")]
    [InlineData("-Model Amd", "False")]
    [InlineData("", "True")]
    public void TSC_deadline_mode_is_an_option(string options, string offered) =>
        Assert.Equal([offered], Texts($"(New-ApicMachine {options}).OffersTscDeadline"));

    [Theory]
    [InlineData("-Model Intel", "XApic IcrRedirectable")]
    [InlineData("-Model Intel -LowestPriorityIpi Always", "Always IpiAccepted")]
    [InlineData("-Model Kvm", " IpiAccepted")]
    public void Lowest_priority_IPIs_are_an_option_of_model_Intel(string options, string says) => Assert.Equal(
        [says],
        Texts($$"""
            $machine = New-ApicMachine {{options}}; Write-ApicMmio Svr 0x1FF; Set-ApicBase -Mode X2Apic
            "$($machine.LowestPriorityIpi) $((Write-ApicMsr Icr 0x100004941 -Answer).Rule.Id)"
            """));

    [Theory]
    [InlineData("New-ApicMachine 65536", 65536)]
    [InlineData("New-ApicMachine -ApicId (0..4095 | ForEach-Object { [uint32] ($_ * 1048575L + ($_ -shr 4)) })", 4096)]
    [InlineData("New-ApicMachine -ApicId 0, 0xFFFFFFFE, 0x7FFFFFFF, 0xFEE00900", 4)]
    public void The_largest_machines_and_the_sparsest_IDs_are_quick(string command, int count)
    {
        Run("New-ApicMachine | Out-Null");
        var watch = Stopwatch.StartNew();

        Assert.Equal(count, Run($"({command}).VcpuCount").One<int>());
        Assert.Equal(0UL, Run("Get-ApicVcpu -Index ((Get-ApicMachine)[-1].VcpuCount - 1) | Read-ApicMmio Tpr -Raw").One<ulong>());

        // Far less than a second on an idle machine; the bound is for one that is not.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }
}
