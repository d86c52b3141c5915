using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Invoke-ApicSvsmCall: the SVSM's own answers to whatever a guest may put into its registers.</summary>
public sealed class SvsmCallTests : ModuleTest
{
    private const string On = "New-ApicMachine -Name m -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Proposal";

    [Theory]
    [InlineData("-Call ReadRegister -Rcx 0x832", "80000003 InvalidAddress False")]
    [InlineData("-Protocol 3 -Call 2 -Rcx 0x832", "80000003 InvalidAddress False")]
    [InlineData("-Call ReadRegister -Register LvtTimer", "80000003 InvalidAddress False")]
    [InlineData("-Call readregister -Register Tpr", "0 Success True")]
    [InlineData("-Call ReadRegister -Rcx 0x100000808", "80000003 InvalidAddress False")]
    [InlineData("-Call ReadRegister -Register Eoi", "80000005 InvalidParameter False")]
    [InlineData("-Call WriteRegister -Register Icr -Rdx 0x4500", "80000005 InvalidParameter False")]
    [InlineData("-Call WriteRegister -Rcx 0x830 -Rdx 0x4500", "80000005 InvalidParameter False")]
    [InlineData("-Call WriteRegister -Register Eoi -Rdx 1", "80000005 InvalidParameter False")]
    [InlineData("-Call WriteRegister -Register SelfIpi -Rdx 0x100", "80000005 InvalidParameter False")]
    [InlineData("-Call Configure -Rcx 3", "80000005 InvalidParameter False")]
    [InlineData("-Call ConfigureVector -Rcx 0x400", "80000005 InvalidParameter False")]
    [InlineData("-Call ConfigureVector -Rcx 0x8000000000000000", "80000005 InvalidParameter False")]
    [InlineData("-Call ConfigureVector -Rcx 0x3FF", "0 Success True")]
    [InlineData("-Call QueryFeatures -Rcx 7", "0 Success True")]
    [InlineData("-Call 5", "80000002 UnsupportedCall False")]
    [InlineData("-Call 0xFFFFFFFF", "80000002 UnsupportedCall False")]
    [InlineData("-Protocol Core -Call 0", "80000002 UnsupportedCall False")]
    [InlineData("-Protocol VirtualTpm -Call 1", "80000001 UnsupportedProtocol False")]
    [InlineData("-Protocol 0xFEE00900 -Call 1", "80000001 UnsupportedProtocol False")]
    public void An_error_of_the_protocol_is_a_result(string arguments, string expected) => Assert.Equal(
        [expected],
        Texts($"{On}; $c = Invoke-ApicSvsmCall {arguments}; '{{0:X}} {{1}} {{2}}' -f $c.RaxOut, $c.Result, $c.Succeeded"));

    [Fact]
    public void Without_emulation_the_APIC_protocol_is_not_there() => Assert.Equal(
        ["UnsupportedProtocol", "SvsmNoEmulation", "0", "100000001"],
        Texts("""
            New-ApicMachine -Platform SevSnp | Out-Null
            $c = Invoke-ApicSvsmCall -Call QueryFeatures; $c.Result; $c.Rule.Id
            '{0:X}' -f (Invoke-ApicSvsmCall -Protocol Core -Call QueryProtocol -Rcx 0x300000001).RcxOut
            Enable-ApicAlternateInjection
            '{0:X}' -f (Invoke-ApicSvsmCall -Protocol Core -Call QueryProtocol -Rcx 0x300000001).RcxOut
            """));

    [Fact]
    public void The_last_deregistration_ends_emulation_and_tells_the_hypervisor_once()
    {
        string[] seen = [.. Texts($$"""
            {{On}}
            (Get-ApicSvsm).Registrations
            $c = Invoke-ApicSvsmCall -Call Configure -Rcx 1; $c.Result; $c.Exits
            (Get-ApicVcpu).AlternateInjection; (Get-ApicSvsm).Emulated
            (Invoke-ApicSvsmCall -Call Configure -Rcx 2).Result
            @(Get-ApicTrace | Where-Object { $_.Hop.Code -eq 0x8000001CL }).Count
            """)];

        Assert.Equal(["1", "Success", "2", "False", "False", "UnsupportedProtocol", "1"], seen);
    }

    [Fact]
    public void A_registration_more_keeps_the_emulation_through_a_deregistration() => Assert.Equal(
        ["2", "1", "True"],
        Texts($$"""
            {{On}}
            $null = Invoke-ApicSvsmCall -Call Configure -Rcx 2; (Get-ApicSvsm).Registrations
            $null = Invoke-ApicSvsmCall -Call Configure -Rcx 1; (Get-ApicSvsm).Registrations; (Get-ApicSvsm).Emulated
            """));

    [Fact]
    public void Registers_go_in_and_come_out_and_those_that_a_call_does_not_use_stay() => Assert.Equal(
        ["3 Apic 3 WriteRegister Tpr", "300000003 808 57 FFFFFFFFFFFFFFFF", "0 808 57 FFFFFFFFFFFFFFFF", "50"],
        Texts($$"""
            {{On}}
            $c = Invoke-ApicSvsmCall -Call WriteRegister -Register Tpr -Rdx 0x57 -R8 0xFFFFFFFFFFFFFFFF
            "$($c.Protocol) $($c.ProtocolName) $($c.Call) $($c.CallName) $($c.Register)"
            '{0:X} {1:X} {2:X} {3:X}' -f $c.Rax, $c.Rcx, $c.Rdx, $c.R8
            '{0:X} {1:X} {2:X} {3:X}' -f $c.RaxOut, $c.RcxOut, $c.RdxOut, $c.R8Out
            '{0:X}' -f (Invoke-ApicSvsmCall -Call ReadRegister -Register Tpr).RdxOut
            """));

    [Fact]
    public void Without_the_byte_in_the_calling_area_the_SVSM_sees_no_call() => Assert.Equal(
        ["False", "", "False", "", "0", "300000001 1", "True", "False"],
        Texts($$"""
            {{On}}
            $c = Invoke-ApicSvsmCall -Call Configure -Rcx 1 -NoCallPending
            $c.WasSeen; "$($c.Result)"; $c.Succeeded; "$($c.Rule)"; $c.Exits
            '{0:X} {1:X}' -f $c.RaxOut, $c.RcxOut
            (Get-ApicSvsm).Emulated
            @(Get-ApicTrace | Where-Object Kind -EQ 'SvsmCall').Count -ne 0
            """));

    [Fact]
    public void A_call_is_the_guests_and_takes_no_VC_handler_and_no_mode() => Assert.Equal(
        ["32"],
        Texts($"""
            New-ApicMachine -Platform SevSnp | Out-Null; Set-ApicBase -Mode Disabled; Enable-ApicAlternateInjection -VcHandler Edk2
            $null = Invoke-ApicSvsmCall -Call WriteRegister -Register Tpr -Rdx 0x20
            (Get-ApicSvsm).TaskPriority
            """));

    [Theory]
    [InlineData("Invoke-ApicSvsmCall -Call QueryFeatures", "m/0 m/1 m/2")]
    [InlineData("Invoke-ApicSvsmCall $v -Call QueryFeatures", "m/1")]
    [InlineData("Get-ApicVcpu 0, 2 | Invoke-ApicSvsmCall -Call QueryFeatures", "m/0 m/2")]
    [InlineData("Invoke-ApicSvsmCall $v -Call QueryFeatures | Invoke-ApicSvsmCall -Call 1", "m/1")]
    [InlineData("Get-ApicSvsm", "m/0 m/1 m/2")]
    [InlineData("Get-ApicVmsa $v", "m/1")]
    [InlineData("$v | Get-ApicDoorbell", "m/1")]
    [InlineData("Invoke-ApicGhcbExit -ExitCode Features -Vcpu $v", "m/1")]
    [InlineData("Invoke-ApicGhcbExit -MsrProtocol Features", "m/0 m/1 m/2")]
    public void VCPUs_bind_and_are_all_of_the_machine_without_one(string command, string expected) => Assert.Equal(
        expected,
        string.Join(' ', Texts($"New-ApicMachine 3 -Name m -Platform SevSnp | Out-Null; $v = Get-ApicVcpu 1; {command} | ForEach-Object {{ $_.Vcpu }}").Order()));

    [Theory]
    [InlineData("Get-ApicSvsm")]
    [InlineData("Invoke-ApicSvsmCall -Call QueryFeatures")]
    public void One_error_a_machine_says_that_there_is_no_SVSM(string command)
    {
        Run(RestrictedMachine.Script);

        Assert.StartsWith("NoSvsm,", Session.Run($"$v = Get-ApicVcpu; $v, $v | {command}").SingleError.FullyQualifiedErrorId, System.StringComparison.Ordinal);
    }
}
