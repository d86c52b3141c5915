using System;
using System.Linq;
using System.Management.Automation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>How a register is named.</summary>
public sealed class RegisterBindingTests : ModuleTest
{
    [Theory]
    [InlineData("Tpr")]
    [InlineData("tpr")]
    [InlineData("TPR")]
    [InlineData("'Tpr'")]
    [InlineData("0x808")]
    [InlineData("2056")]
    [InlineData("'0x808'")]
    [InlineData("'2056'")]
    [InlineData("([uint] 0x808)")]
    [InlineData("([long] 0x808)")]
    [InlineData("([ulong] 0x808)")]
    [InlineData("([ApicShell.Architecture.ApicRegister]::Tpr)")]
    [InlineData("((Get-ApicRegister Tpr).Msr)")]
    [InlineData("((Get-ApicRegister Tpr).Register)")]
    public void An_MSR_has_a_name_and_a_number(string register) => Assert.Equal(
        ["Tpr 2056"],
        Texts($"New-ApicMachine | Out-Null; Set-ApicBase -Mode X2Apic; $x = Read-ApicMsr {register}; \"$($x.Register) $($x.Address)\""));

    [Theory]
    [InlineData("Tpr")]
    [InlineData("tPR")]
    [InlineData("0x80")]
    [InlineData("128")]
    [InlineData("'0x080'")]
    [InlineData("-Offset 0x80")]
    [InlineData("-Offset Tpr")]
    [InlineData("-Register 0x80")]
    [InlineData("((Get-ApicRegister Tpr).Offset)")]
    public void A_register_of_the_page_has_a_name_and_an_offset(string register) => Assert.Equal(
        ["Tpr 128"],
        Texts($"New-ApicMachine | Out-Null; $x = Read-ApicMmio {register}; \"$($x.Register) $($x.Address)\""));

    [Theory]
    [InlineData("ApicBase", "27")]
    [InlineData("0x1B", "27")]
    [InlineData("TscDeadline", "1760")]
    [InlineData("0x6E0", "1760")]
    public void The_two_MSRs_outside_the_page_have_names_and_numbers(string register, string expected) =>
        Assert.Equal([expected], Texts($"New-ApicMachine | Out-Null; (Read-ApicMsr {register}).Address"));

    [Theory]
    [InlineData("Tpr", "Tpr")]
    [InlineData("0x80", "Tpr")]
    [InlineData("0x808", "Tpr")]
    [InlineData("0x1B", "ApicBase")]
    [InlineData("0x6E0", "TscDeadline")]
    [InlineData("lvt*", "LvtTimer LvtThermal LvtPerf LvtLint0 LvtLint1 LvtError")]
    [InlineData("Tpr, Ppr", "Tpr Ppr")]
    public void A_look_takes_names_both_kinds_of_numbers_and_wildcards(string register, string expected) => Assert.Equal(
        expected.Split(' ').Order(),
        Texts($"New-ApicMachine | Out-Null; (Get-ApicRegister {register}).Register").Where(name => name != "LvtCmci").Order());

    [Theory]
    [InlineData("Read-ApicMsr Tprr", "Tpr")]
    [InlineData("Read-ApicMsr LvtLint", "LvtLint0 or LvtLint1")]
    [InlineData("Read-ApicMmio apicbas", "ApicBase")]
    [InlineData("Write-ApicMmio Timerinital 1", "TimerInitial")]
    [InlineData("Get-ApicRegister SVRR", "Svr")]
    public void A_register_that_was_misspelled_is_suggested(string command, string suggestion)
    {
        string message = Unknown(command).Exception.Message;

        Assert.Contains($"Did you mean {suggestion}?", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Read-ApicMsr Banana")]
    [InlineData("Read-ApicMsr '-1'")]
    [InlineData("Read-ApicMsr None")]
    [InlineData("Read-ApicMsr 'Tpr,Ldr'")]
    [InlineData("Read-ApicMsr '+8'")]
    [InlineData("Get-ApicRegister 0x84")]
    [InlineData("Get-ApicRegister 0x1000")]
    public void A_register_that_is_far_from_any_is_not_guessed(string command)
    {
        string message = Unknown(command).Exception.Message;

        Assert.DoesNotContain("Did you mean", message, StringComparison.Ordinal);
        Assert.Contains("Get-ApicRegister", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_offset_given_as_MSR_says_where_offsets_belong() => Assert.Contains(
        "Read-ApicMmio",
        Session.Run("New-ApicMachine | Out-Null; Read-ApicMsr 0x80").SingleError.Exception.Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Read-ApicMsr $null")]
    [InlineData("Read-ApicMsr -Register $null")]
    [InlineData("Read-ApicMsr @()")]
    [InlineData("Write-ApicMmio $null 1")]
    public void No_register_is_an_error_of_binding(string command) => Assert.StartsWith(
        "ParameterArgumentValidationError",
        Session.Run($"New-ApicMachine | Out-Null; {command}").SingleError.FullyQualifiedErrorId,
        StringComparison.Ordinal);

    private ErrorRecord Unknown(string command)
    {
        ErrorRecord error = Session.Run($"New-ApicMachine | Out-Null; {command}").SingleError;
        Assert.StartsWith("RegisterUnknown,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        return error;
    }
}
