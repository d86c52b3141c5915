using Xunit;

namespace ApicShell.Tests;

/// <summary>Invoke-ApicGhcbExit: the hypervisor's own answers to whatever a VMPL may put into its GHCB.</summary>
public sealed class GhcbExitTests : ModuleTest
{
    private const string Snp = "New-ApicMachine -Name m -Platform SevSnp | Out-Null";
    private const string Shown = "'{0:X} {1:X} {2:X} {3} {4}' -f $r.Info1Out, $r.Info2Out, $r.Value, $r.Outcome, $r.Reason";

    [Theory]
    [InlineData("-ExitCode Msr -Rcx 0x1B", "0 0 FEE00900 Success ")]
    [InlineData("-ExitCode 0x7C -Rcx 0x80F", "1 8000030D 0 Exception #GP")]
    [InlineData("-ExitCode Msr -Info1 2 -Rcx 0x1B", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode Msr -Rcx 0x10000001B", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode MmioRead -Info1 0xFEE00030 -Info2 4", "0 0 50014 Success ")]
    [InlineData("-ExitCode MmioRead -Info1 0xFEE00030 -Info2 0", "0 0 0 Success ")]
    [InlineData("-ExitCode MmioRead -Info1 0xFEE00030 -Info2 9", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode MmioRead -Info1 0xDEAD0000 -Info2 2", "0 0 FFFF Success ")]
    [InlineData("-ExitCode Doorbell -Info1 0 -Vmpl 0", "0 FFFFFFFFFFFFFFFF 0 Success ")]
    [InlineData("-ExitCode Doorbell -Info1 1 -Info2 0x7000 -Vmpl 0", "0 0 0 Success ")]
    [InlineData("-ExitCode Doorbell -Info1 1 -Info2 0x7010 -Vmpl 0", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode Doorbell -Info1 1 -Info2 0x1000000000000 -Vmpl 0", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode Doorbell -Info1 4 -Vmpl 0", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode Doorbell -Info1 0", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode Features", "0 22F 0 Success ")]
    [InlineData("-ExitCode Features -Info1 1", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode ConfigureInjection -Info1 0x50 -Vmpl 2", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode ConfigureInjection -Info1 0x50 -Vmpl 0", "0 0 0 Success ")]
    [InlineData("-ExitCode DisableAlternateInjection -Info1 0x20000 -Vmpl 2", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode 0x8000001C -Info1 0x20000", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode 0x8000001D -Info1 0x20041", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode SpecificEoi -Info1 0x20041 -Vmpl 2", "2 5 0 Malformed InvalidInput")]
    [InlineData("-ExitCode SecureAvic", "2 6 0 Malformed InvalidEvent")]
    [InlineData("-ExitCode ApicIdList", "2 6 0 Malformed InvalidEvent")]
    [InlineData("-ExitCode 0x80001234", "2 6 0 Malformed InvalidEvent")]
    [InlineData("-ExitCode 0xFFFFFFFFFFFFFFFF", "2 6 0 Malformed InvalidEvent")]
    public void An_error_of_the_protocol_is_a_result(string arguments, string expected) =>
        Assert.Equal([expected], Texts($"{Snp}; $r = Invoke-ApicGhcbExit {arguments}; {Shown}"));

    [Theory]
    [InlineData("SevInfo", "0002000133000001 True False")]
    [InlineData("0x2", "0002000133000001 True False")]
    [InlineData("Features", "000000000022F081 True False")]
    [InlineData("0x7000012", "0000000007000013 True False")]
    [InlineData("0x1000000000012", "FFFFFFFFFFFFF013 False False")]
    [InlineData("0x200000016", "0000000000000017 True False")]
    [InlineData("0x100000016", "0000000100000017 False False")]
    [InlineData("Terminate", "0000000000000100 True True")]
    [InlineData("0xABC", "0000000000000ABC False True")]
    public void The_GHCB_MSR_answers_in_itself(string request, string expected) => Assert.Equal(
        [expected],
        Texts($"{Snp}; $r = Invoke-ApicGhcbExit -MsrProtocol {request}; '{{0:X16}} {{1}} {{2}}' -f $r.Response, $r.Succeeded, $r.GuestEnded"));

    [Fact]
    public void A_request_in_the_GHCB_MSR_is_an_event_of_the_trace() => Assert.Equal(
        ["GhcbMsr: VMPL2 GHCB MSR 0x80 -> 0x22F081"],
        Texts($$"""{{Snp}}; $null = Invoke-ApicGhcbExit -MsrProtocol Features; Get-ApicTrace | ForEach-Object { "$($_.Kind): $($_.Description)" }"""));

    [Fact]
    public void An_exit_reaches_the_APIC_of_its_VMPL() => Assert.Equal(
        ["FEE00D00", "FEE00900"],
        Texts("""
            New-ApicMachine -Platform SevSnp -ApicScope PerVmpl | Out-Null
            $null = Invoke-ApicGhcbExit -ExitCode Msr -Info1 1 -Rcx 0x1B -Data 0xFEE00D00 -Vmpl 0
            '{0:X}' -f (Invoke-ApicGhcbExit -ExitCode Msr -Rcx 0x1B -Vmpl 0).Value
            '{0:X}' -f (Invoke-ApicGhcbExit -ExitCode Msr -Rcx 0x1B).Value
            """));

    [Theory]
    [InlineData("-ExitCode Terminate")]
    [InlineData("-ExitCode UnsupportedEvent")]
    [InlineData("-MsrProtocol Terminate")]
    public void A_guest_that_has_ended_starts_anew_by_RESET(string arguments)
    {
        Assert.Equal(["True"], Texts($"{Snp}; (Invoke-ApicGhcbExit {arguments}).GuestEnded"));
        Assert.StartsWith("GuestEnded,", Session.Run("Invoke-ApicGhcbExit -ExitCode Features").SingleError.FullyQualifiedErrorId, System.StringComparison.Ordinal);

        Assert.Equal(["True"], Texts("Reset-ApicVcpu; (Invoke-ApicGhcbExit -ExitCode Features).Succeeded"));
    }

    [Theory]
    [InlineData("", "0")]
    [InlineData("-Vmpl 0", "0")]
    public void Under_Restricted_Injection_the_guest_is_at_VMPL0(string arguments, string expected)
    {
        Run(RestrictedMachine.Script);

        Assert.Equal([expected], Texts($"(Invoke-ApicGhcbExit -ExitCode Features {arguments}).Vmpl"));
        Assert.Contains("VMPL2", Session.Run("Invoke-ApicGhcbExit -ExitCode Features -Vmpl 2").SingleError.Exception.Message, System.StringComparison.Ordinal);
    }
}
