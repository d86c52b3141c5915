using System;
using System.Management.Automation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Numbers as people type them: 0xFEE00900 is a negative Int32 to PowerShell, and means its bits.</summary>
public sealed class NumberBindingTests : ModuleTest
{
    [Theory]
    [InlineData("Write-ApicMmio TimerInitial 0xFEE00900 -Answer")]
    [InlineData("Write-ApicMmio TimerInitial -Value 0xFEE00900 -Answer")]
    [InlineData("$x = 0xFEE00900; Write-ApicMmio TimerInitial $x -Answer")]
    [InlineData("Write-ApicMmio TimerInitial (0xFEE00900) -Answer")]
    [InlineData("0xFEE00900 | ForEach-Object { Write-ApicMmio TimerInitial $_ -Answer }")]
    [InlineData("[pscustomobject] @{ Value = 0xFEE00900 } | Write-ApicMmio TimerInitial -Answer")]
    [InlineData("[pscustomobject] @{ Register = 'TimerInitial'; Value = 0xFEE00900 } | Write-ApicMmio -Answer")]
    [InlineData("Write-ApicMmio TimerInitial '0xFEE00900' -Answer")]
    [InlineData("Write-ApicMmio TimerInitial 0Xfee00900 -Answer")]
    [InlineData("Write-ApicMmio TimerInitial ' 0xFEE00900 ' -Answer")]
    [InlineData("Write-ApicMmio TimerInitial '4276095232' -Answer")]
    [InlineData("Write-ApicMmio TimerInitial 4276095232 -Answer")]
    [InlineData("Write-ApicMmio TimerInitial 0xFEE00900L -Answer")]
    [InlineData("Write-ApicMmio TimerInitial 0xFEE00900u -Answer")]
    [InlineData("Write-ApicMmio TimerInitial ([uint] 4276095232) -Answer")]
    [InlineData("Write-ApicMmio TimerInitial ([ulong] 4276095232) -Answer")]
    [InlineData("Write-ApicMmio TimerInitial ([decimal] 4276095232) -Answer")]
    [InlineData("Write-ApicMmio TimerInitial ([double] 4276095232) -Answer")]
    public void A_hexadecimal_number_means_its_bits_however_it_comes(string command) =>
        Assert.Equal(0xFEE00900UL, Run($"New-ApicMachine | Out-Null; $({command}).Value").One<ulong>());

    [Theory]
    [InlineData("[byte] 16")]
    [InlineData("[sbyte] 16")]
    [InlineData("[short] 16")]
    [InlineData("[ushort] 16")]
    [InlineData("[int] 16")]
    [InlineData("[long] 16")]
    [InlineData("[float] 16")]
    [InlineData("[bigint] 16")]
    public void Every_type_of_whole_number_is_a_number(string value) =>
        Assert.Equal(16UL, Run($"New-ApicMachine | Out-Null; Write-ApicMmio Tpr ({value}); Read-ApicMmio Tpr -Raw").One<ulong>());

    [Theory]
    [InlineData("0xFFFFFFFF0000002F", 0xFFFFFFFF0000002F)]
    [InlineData("0xFFFFFFFFFFFFFFFF", 0xFFFFFFFFFFFFFFFF)]
    [InlineData("'18446744073709551615'", 0xFFFFFFFFFFFFFFFF)]
    [InlineData("18446744073709551615", 0xFFFFFFFFFFFFFFFF)]
    public void Sixty_four_bits_fit_into_an_MSR(string value, ulong expected)
    {
        // The upper half of this register has to be 0, so that the guest faults; the fault knows what was written.
        Run("New-ApicMachine | Out-Null; Set-ApicBase -Mode X2Apic");

        ErrorRecord error = Session.Run($"Write-ApicMsr TimerInitial {value}").SingleError;

        Assert.StartsWith("GuestFault.GP,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(expected, Run("$args[0].Value", error.TargetObject).One<ulong>());
    }

    [Theory]
    [InlineData("(New-ApicMachine -ApicId 0xFEE00900).Vcpu[0].ApicId", 0xFEE00900U)]
    [InlineData("$id = 0xFEE00900; (New-ApicMachine -ApicId 1, $id).Vcpu[1].ApicId", 0xFEE00900U)]
    [InlineData("(New-ApicVcpu -ApicId '0xFEE00900').ApicId", 0xFEE00900U)]
    public void An_APIC_ID_means_its_bits(string command, uint expected) => Assert.Equal(expected, Run(command).One<uint>());

    [Theory]
    [InlineData("Set-ApicBase -Value 0xFEE00D00; (Get-ApicBase).Value", 0xFEE00D00)]
    [InlineData("$x = 0xFEE00D00; Set-ApicBase -Value $x; (Get-ApicBase).Value", 0xFEE00D00)]
    [InlineData("Set-ApicBase -BaseAddress 0xFED00000; (Get-ApicBase).BaseAddress", 0xFED00000)]
    [InlineData("(Test-ApicBase -Value 0xFEE00D00).Value", 0xFEE00D00)]
    [InlineData("(Test-ApicBase -BaseAddress 0xFED00000).Value", 0xFED00900)]
    public void APIC_BASE_and_its_address_mean_their_bits(string command, ulong expected) =>
        Assert.Equal(expected, Run($"New-ApicMachine | Out-Null; {command}").One<ulong>());

    [Fact]
    public void A_register_number_above_the_signed_range_is_named_as_it_was_typed() => Assert.Contains(
        "0xFEE00080",
        Session.Run("New-ApicMachine | Out-Null; $x = 0xFEE00080; Read-ApicMmio $x").SingleError.Exception.Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("'-5'", "-5")]
    [InlineData("-5", "-5")]
    [InlineData("'hello'", "hello")]
    [InlineData("''", "")]
    [InlineData("'0x'", "0x")]
    [InlineData("'0xG'", "0xG")]
    [InlineData("'1e3'", "1e3")]
    [InlineData("'1,000'", "1,000")]
    [InlineData("1.5", "1.5")]
    [InlineData("([double]::NaN)", "NaN")]
    [InlineData("'0x1FFFFFFFFFFFFFFFF'", "0x1FFFFFFFFFFFFFFFF")]
    public void What_is_no_number_is_named_and_nothing_is_written(string value, string named)
    {
        Run("New-ApicMachine | Out-Null; Write-ApicMmio Tpr 0x20");

        ErrorRecord error = Session.Run($"Write-ApicMmio Tpr {value}").SingleError;

        Assert.StartsWith("NumberInvalid,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"\"{named}\"", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(0x20UL, Run("Read-ApicMmio Tpr -Raw").One<ulong>());
    }

    [Theory]
    [InlineData("Write-ApicMmio Tpr 0x100000000", "0x100000000", "0xFFFFFFFF")]
    [InlineData("Write-ApicMmio Tpr 0x100 -Size 1", "0x100", "0xFF")]
    [InlineData("Write-ApicMmio Tpr 0x10000 -Size 2", "0x10000", "0xFFFF")]
    [InlineData("Write-ApicMmio Tpr 0xFEE00900 -Size 2", "0xFEE00900", "0xFFFF")]
    [InlineData("Get-ApicVcpu -ApicId 0x100000000", "0x100000000", "0xFFFFFFFF")]
    [InlineData("New-ApicMachine -ApicId 0x100000000", "0x100000000", "0xFFFFFFFF")]
    public void A_number_that_is_too_wide_is_named_with_the_highest_that_fits(string command, string named, string highest)
    {
        ErrorRecord error = Session.Run($"New-ApicMachine | Out-Null; {command}").SingleError;

        Assert.StartsWith("NumberTooWide,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(named, error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(highest, error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Write-ApicMmio Tpr 0xFFFFFFFF")]
    [InlineData("Write-ApicMmio Tpr 0xFF -Size 1 -WarningAction Ignore")]
    [InlineData("Write-ApicMmio Tpr 0xFFFFFFFFFFFFFFFF -Size 8 -WarningAction Ignore")]
    public void The_highest_number_that_fits_is_taken(string command) => Run($"New-ApicMachine | Out-Null; {command}");

    [Theory]
    [InlineData("Write-ApicMmio Tpr $null")]
    [InlineData("Write-ApicMsr Tpr -Value $null")]
    [InlineData("Set-ApicBase -Value $null")]
    [InlineData("Set-ApicBase -BaseAddress $null")]
    [InlineData("Get-ApicVcpu -ApicId $null")]
    [InlineData("New-ApicMachine -ApicId $null")]
    public void Null_is_not_taken_for_zero(string command) => Assert.StartsWith(
        "ParameterArgumentValidationError",
        Session.Run($"New-ApicMachine | Out-Null; {command}").SingleError.FullyQualifiedErrorId,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("New-ApicMachine -1", "VcpuCountInvalid,")]
    [InlineData("New-ApicVcpu -Count -1", "VcpuCountInvalid,")]
    [InlineData("Get-ApicVcpu -Index -1", "VcpuNotFound,")]
    [InlineData("Step-ApicClock -1", "ParameterArgumentValidationError,")]
    [InlineData("Step-ApicClock 0xFFFFFFFF", "ParameterArgumentValidationError,")]
    [InlineData("Get-ApicTrace -Last -1", "ParameterArgumentValidationError,")]
    [InlineData("Import-ApicTrace -Text x -First -1", "ParameterArgumentValidationError,")]
    public void A_count_is_never_negative(string command, string id) => Assert.StartsWith(
        id,
        Session.Run($"New-ApicMachine | Out-Null; {command}").SingleError.FullyQualifiedErrorId,
        StringComparison.Ordinal);
}
