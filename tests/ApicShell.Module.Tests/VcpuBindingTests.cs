using System;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Which vCPUs a command takes: those in front of the register, those of the pipeline, those by name, or vCPU 0.</summary>
public sealed class VcpuBindingTests : ModuleTest
{
    // A machine that is not the newest, so that a form which forgets its vCPU is seen.
    private const string Machines = """
        $m = New-ApicMachine 2 -Name old; $v = $m.Vcpu[1]
        $m | Get-ApicVcpu | Set-ApicBase -Mode X2Apic
        New-ApicMachine 2 -Name new | Set-ApicBase -Mode X2Apic
        """;

    [Theory]
    [InlineData("Read-ApicMsr $v Tpr", "old/1")]
    [InlineData("$v | Read-ApicMsr Tpr", "old/1")]
    [InlineData("$v | Read-ApicMsr -Register Tpr", "old/1")]
    [InlineData("Read-ApicMsr Tpr", "new/0")]
    [InlineData("Read-ApicMsr -Register Tpr", "new/0")]
    [InlineData("Read-ApicMsr -Vcpu $v -Register Tpr", "old/1")]
    [InlineData("Read-ApicMsr Tpr -Vcpu $v", "old/1")]
    [InlineData("Read-ApicMsr -Target $v -Register Tpr", "old/1")]
    [InlineData("Read-ApicMsr $m.Vcpu Tpr", "old/0 old/1")]
    [InlineData("Get-ApicVcpu -Machine old | Read-ApicMsr Tpr", "old/0 old/1")]
    [InlineData("$m | Read-ApicMsr Tpr", "old/0 old/1")]
    [InlineData("[pscustomobject] @{ Vcpu = $v; Register = 'Tpr' } | Read-ApicMsr", "old/1")]
    [InlineData("[pscustomobject] @{ Vcpu = $v } | Read-ApicMsr Tpr", "old/1")]
    [InlineData("[pscustomobject] @{ Register = 'Tpr' } | Read-ApicMsr", "new/0")]
    [InlineData("Read-ApicMsr $v Tpr | Read-ApicMsr", "old/1")]
    [InlineData("Get-ApicBase $v | Read-ApicMsr Tpr", "old/1")]
    public void A_read_binds(string command, string expected) =>
        Assert.Equal(expected, string.Join(' ', Texts($"{Machines}; {command} | ForEach-Object {{ if ($_.Register -eq 'Tpr') {{ $_.Vcpu }} }}")));

    [Theory]
    [InlineData("Write-ApicMsr $v Tpr 0x20", "0 32 0 0")]
    [InlineData("$v | Write-ApicMsr Tpr 0x20", "0 32 0 0")]
    [InlineData("Write-ApicMsr Tpr 0x20", "0 0 32 0")]
    [InlineData("Write-ApicMsr -Register Tpr -Value 0x20", "0 0 32 0")]
    [InlineData("Write-ApicMsr -Vcpu $v -Register Tpr -Value 0x20", "0 32 0 0")]
    [InlineData("Write-ApicMsr -Target $v Tpr 0x20", "0 32 0 0")]
    [InlineData("Write-ApicMsr Tpr 0x20 -Vcpu $v", "0 32 0 0")]
    [InlineData("Write-ApicMsr $m.Vcpu Tpr 0x20", "32 32 0 0")]
    [InlineData("$m | Write-ApicMsr Tpr 0x20", "32 32 0 0")]
    [InlineData("[pscustomobject] @{ Vcpu = $v; Register = 'Tpr'; Value = 0x20 } | Write-ApicMsr", "0 32 0 0")]
    [InlineData("[pscustomobject] @{ Register = 'Tpr'; Value = 0x20 } | Write-ApicMsr", "0 0 32 0")]
    [InlineData("[pscustomobject] @{ Value = 0x20 } | Write-ApicMsr Tpr", "0 0 32 0")]
    [InlineData("$v | Write-ApicMsr Tpr 0x20 -PassThru | Write-ApicMsr Tpr 0x30", "0 48 0 0")]
    [InlineData("Write-ApicMsr $v Tpr 0x20 -Answer | ForEach-Object { Write-ApicMsr Tpr 0; $_ } | Write-ApicMsr", "0 32 0 0")]
    [InlineData("Read-ApicMsr $v Tpr | Write-ApicMsr -Value 0x20", "0 32 0 0")]
    public void A_write_binds(string command, string expected) =>
        Assert.Equal(expected, string.Join(' ', Texts($"{Machines}; {command} | Out-Null; $m.Vcpu + (Get-ApicVcpu) | Read-ApicMsr Tpr -Raw")));

    [Theory]
    [InlineData("Read-ApicMmio $v Tpr", "a/1")]
    [InlineData("$v | Read-ApicMmio Tpr", "a/1")]
    [InlineData("Read-ApicMmio Tpr", "a/0")]
    [InlineData("[pscustomobject] @{ Vcpu = $v; Offset = 0x80 } | Read-ApicMmio", "a/1")]
    [InlineData("Write-ApicMmio $v Tpr 0x20 -Answer", "a/1")]
    [InlineData("$v | Write-ApicMmio Tpr 0x20 -Answer", "a/1")]
    [InlineData("Write-ApicMmio Tpr 0x20 -Answer", "a/0")]
    [InlineData("[pscustomobject] @{ Vcpu = $v; Register = 'Tpr'; Value = 0x20 } | Write-ApicMmio -Answer", "a/1")]
    [InlineData("Read-ApicMmio $v Tpr | Write-ApicMmio -Answer", "a/1")]
    public void An_access_to_the_page_binds(string command, string expected) =>
        Assert.Equal(expected, string.Join(' ', Texts($"$v = (New-ApicMachine 2 -Name a).Vcpu[1]; {command} | ForEach-Object {{ $_.Vcpu }}")));

    [Theory]
    [InlineData("Get-ApicBase $v", "old/1")]
    [InlineData("$v | Get-ApicBase", "old/1")]
    [InlineData("Get-ApicBase", "new/0")]
    [InlineData("Get-ApicBase -Vcpu $v", "old/1")]
    [InlineData("[pscustomobject] @{ Vcpu = $v } | Get-ApicBase", "old/1")]
    [InlineData("Get-ApicRegister $v Tpr", "old/1")]
    [InlineData("$v | Get-ApicRegister Tpr", "old/1")]
    [InlineData("Get-ApicRegister Tpr", "new/0")]
    [InlineData("Get-ApicRegister Tpr -Vcpu $v", "old/1")]
    [InlineData("Read-ApicMsr $v Tpr | Get-ApicRegister", "old/1")]
    [InlineData("Test-ApicBase $v -Mode X2Apic", "old/1")]
    [InlineData("$v | Test-ApicBase -Mode X2Apic", "old/1")]
    [InlineData("Test-ApicBase -Mode X2Apic", "new/0")]
    [InlineData("Get-ApicPendingInterrupt $v", "old/1")]
    [InlineData("$v | Get-ApicPendingInterrupt", "old/1")]
    [InlineData("Get-ApicPendingInterrupt", "new/0")]
    [InlineData("Get-ApicPendingInterrupt $v -Grid", "old/1")]
    [InlineData("$m | Get-ApicPendingInterrupt", "old/0 old/1")]
    [InlineData("Complete-ApicInterrupt $v -PassThru -WarningAction Ignore | Get-ApicPendingInterrupt", "old/1")]
    [InlineData("Set-ApicVcpu $v -Cr8 3 -PassThru | Get-ApicPendingInterrupt", "old/1")]
    public void A_look_binds(string command, string expected) =>
        Assert.Equal(expected, string.Join(' ', Texts($"{Machines}; {command} | ForEach-Object {{ $_.Vcpu }}").Distinct()));

    [Theory]
    [InlineData("$v | Send-ApicIpi 0x41 -Shorthand Self", "old/1>")]
    [InlineData("Send-ApicIpi 0x41 -Shorthand Self -Vcpu $v", "old/1>")]
    [InlineData("Send-ApicIpi -Source $v -Vector 0x41 -SelfIpi", "old/1>")]
    [InlineData("Send-ApicIpi 0x41 1", "new/0>")]
    [InlineData("Send-ApicIpi -Vector 0x41 -Destination 1", "new/0>")]
    [InlineData("$m | Send-ApicIpi 0x41 -To $v", "old/0> old/1>")]
    [InlineData("Send-ApicIpi 0x41, 0x42 -Destination 0, 1", "new/0> new/0> new/0> new/0>")]
    [InlineData("$v | Send-ApicIpi 0x41 1 | Send-ApicIpi 0x42 0", "old/1>")]
    [InlineData("Send-ApicInterrupt $v -Nmi", ">old/1")]
    [InlineData("$v | Send-ApicInterrupt -Nmi", ">old/1")]
    [InlineData("$m | Send-ApicInterrupt -Nmi", ">old/0 >old/1")]
    [InlineData("Send-ApicInterrupt -Nmi", ">new/0")]
    [InlineData("$m | Send-ApicInterrupt -Destination 1 -Mode Nmi", ">old/1")]
    [InlineData("Send-ApicInterrupt -Machine old -Destination 1 -Mode Nmi", ">old/1")]
    [InlineData("Send-ApicInterrupt -Destination 1 -Mode Nmi", ">new/1")]
    public void A_send_binds(string command, string expected) =>
        Assert.Equal(expected, string.Join(' ', Texts($"{Machines}; {command} | ForEach-Object {{ \"$($_.Source)>$($_.Accepted)\" }}")));

    [Theory]
    [InlineData("Get-ApicVcpu", "new/0 new/1")]
    [InlineData("Get-ApicVcpu -Machine old", "old/0 old/1")]
    [InlineData("Get-ApicVcpu -Machine OLD", "old/0 old/1")]
    [InlineData("Get-ApicVcpu -Machine $m", "old/0 old/1")]
    [InlineData("$m | Get-ApicVcpu 1", "old/1")]
    [InlineData("'old' | Get-ApicVcpu 1", "old/1")]
    [InlineData("Get-ApicMachine | Get-ApicVcpu 0", "old/0 new/0")]
    [InlineData("Get-ApicVcpu -Machine old, $m 0", "old/0 old/0")]
    [InlineData("Get-ApicVcpu 1, 0", "new/1 new/0")]
    [InlineData("Get-ApicVcpu -ApicId 1", "new/1")]
    public void A_machine_binds_by_handle_and_by_name(string command, string expected) =>
        Assert.Equal(expected, string.Join(' ', Texts($"{Machines}; {command}")));

    [Theory]
    [InlineData("Get-ApicTrace old", "old")]
    [InlineData("Get-ApicTrace $m", "old")]
    [InlineData("$m | Get-ApicTrace", "old")]
    [InlineData("$v | Get-ApicTrace", "old")]
    [InlineData("'old' | Get-ApicTrace", "old")]
    [InlineData("Get-ApicTrace", "new")]
    public void A_trace_is_that_of_the_machine_given(string command, string expected) =>
        Assert.Equal(expected, Assert.Single(Texts($"{Machines}; {command} | ForEach-Object {{ $_.Machine }}").Distinct()));

    [Fact]
    public void Arrays_give_every_register_of_every_vCPU() => Assert.Equal(
        ["old/0 Tpr", "old/0 Ldr", "old/0 Version", "old/1 Tpr", "old/1 Ldr", "old/1 Version"],
        Texts($"{Machines}; Read-ApicMsr $m.Vcpu Tpr, Ldr, 0x803 | ForEach-Object {{ \"$($_.Vcpu) $($_.Register)\" }}"));

    [Fact]
    public void An_error_in_an_array_stops_none_of_its_neighbours()
    {
        Run(Machines);

        Engine.EngineResult result = Session.Run("Read-ApicMsr Tpr, Nope, Ldr");

        Assert.Equal(2, result.Output.Count);
        Assert.StartsWith("RegisterUnknown,", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Read-ApicMsr $null Tpr")]
    [InlineData("Read-ApicMsr Tpr -Vcpu $null")]
    [InlineData("Read-ApicMsr Tpr -Vcpu @()")]
    [InlineData("Get-ApicBase $null")]
    [InlineData("Get-ApicRegister $null Tpr")]
    [InlineData("Set-ApicBase $null -Mode X2Apic")]
    public void No_vCPU_where_one_was_meant_is_an_error_and_never_means_vCPU_0(string command)
    {
        Run(Machines);

        Engine.EngineResult result = Session.Run(command);

        Assert.StartsWith("ParameterArgumentValidationError", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_vCPU_can_be_asked_by_an_ID_above_the_signed_range() =>
        Assert.Equal(["4276095232"], Texts("New-ApicMachine -ApicId 0, 0xFEE00900 | Out-Null; (Get-ApicVcpu -ApicId 0xFEE00900).ApicId"));
}
