using System.Diagnostics;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Send-ApicIpi and Send-ApicInterrupt: who got it, and why.</summary>
[Collection(TimedTests.Name)]
public sealed class DeliveryTests : ModuleTest
{
    private const string XApic = "New-ApicMachine 4 -Name m | Out-Null; Get-ApicVcpu | Write-ApicMmio Svr 0x1FF";
    private const string X2Apic = "New-ApicMachine 4 -Name m -ResetMode X2Apic | Out-Null; Get-ApicVcpu | Write-ApicMsr Svr 0x1FF";
    private const string Amd = "New-ApicMachine 4 -Name m -Model Amd -ResetMode XApic | Out-Null; Get-ApicVcpu | Write-ApicMmio Svr 0x1FF";

    [Theory]
    [InlineData(XApic, "Send-ApicIpi 0x41 2", "Fixed 0x41 to APIC 0x02: accepted by m/2")]
    [InlineData(X2Apic, "Send-ApicIpi 0x41 2", "Fixed 0x41 to APIC 0x00000002: accepted by m/2")]
    [InlineData(XApic, "Send-ApicIpi 0x41 -To $m.Vcpu[3]", "Fixed 0x41 to APIC 0x03: accepted by m/3")]
    [InlineData(X2Apic, "Send-ApicIpi 0x41 -To $m.Vcpu[3] -Logical", "Fixed 0x41 to logical 0x00000008: accepted by m/3")]
    [InlineData(X2Apic, "Send-ApicIpi 0x41 6 -Logical", "Fixed 0x41 to logical 0x00000006: accepted by m/1-2")]
    [InlineData(XApic, "Send-ApicIpi 0x41 0xFF", "Fixed 0x41 to APIC 0xFF: accepted by m/0-3")]
    [InlineData(X2Apic, "Send-ApicIpi 0x41 0xFFFFFFFF", "Fixed 0x41 to APIC 0xFFFFFFFF: accepted by m/0-3")]
    [InlineData(XApic, "Send-ApicIpi 0x41 -Shorthand Self", "Fixed 0x41 to self: accepted by m/0")]
    [InlineData(XApic, "Send-ApicIpi 0x41 -Shorthand AllButSelf", "Fixed 0x41 to all but self: accepted by m/1-3")]
    [InlineData(X2Apic, "Send-ApicIpi 0x41 -SelfIpi", "Fixed 0x41 to self (SELF_IPI): accepted by m/0")]
    [InlineData(XApic, "Send-ApicIpi 0x41 9", "Fixed 0x41 to APIC 0x09: nobody (IpiNotAccepted)")]
    [InlineData(XApic, "Send-ApicIpi 0x41 1 -Level -Deassert", "Fixed 0x41 to APIC 0x01: refused by m/1 (InterruptDeassert)")]
    [InlineData(XApic, "Send-ApicIpi -Mode Nmi -Destination 1", "Nmi to APIC 0x01: accepted by m/1")]
    [InlineData(XApic, "Send-ApicIpi 9 1 -Mode Startup", "Startup 0x09 to APIC 0x01: refused by m/1 (StartupIgnored)")]
    [InlineData(Amd, "Send-ApicIpi 8 1", "Fixed 0x08 to APIC 0x01: refused by m/1 (IllegalVector)")]
    [InlineData(Amd, "Send-ApicIpi 3 1 -Mode RemoteRead", "RemoteRead 0x03 to APIC 0x01: read (RemoteReadDone)")]
    [InlineData(Amd, "Send-ApicIpi -Mode Nmi -Shorthand All", "Nmi to all: nobody (IcrCombination)")]
    [InlineData(XApic, "Send-ApicInterrupt -Address 0xFEE02004 -Data 0x51", "Fixed 0x51 to logical 0x02: nobody (IpiNotAccepted)")]
    [InlineData(XApic, "Send-ApicInterrupt -Address 0xFEE02000 -Data 0x8151", "LowestPriority 0x51 to APIC 0x02: accepted by m/2")]
    [InlineData("New-ApicMachine -ApicId 0, 0x100 -Name m -EnableQuirk X2Apic32BitIds -ResetMode X2Apic | Out-Null; Get-ApicVcpu | Write-ApicMsr Svr 0x1FF",
        "Send-ApicInterrupt -Address 0x100FEE00000 -Data 0x51", "Fixed 0x51 to APIC 0x00000100: accepted by m/1")]
    [InlineData(XApic, "Send-ApicInterrupt -Destination 2 -Vector 0x51", "Fixed 0x51 to APIC 0x02: accepted by m/2")]
    [InlineData(X2Apic, "Send-ApicInterrupt -Destination 5 -Vector 0x51 -Logical", "Fixed 0x51 to logical 0x05: accepted by m/0, m/2")]
    [InlineData(X2Apic, "Send-ApicInterrupt -Destination 5 -Vector 0x51 -Logical -RedirectionHint", "Fixed 0x51 to logical 0x05: accepted by m/2")]
    [InlineData(XApic, "Send-ApicInterrupt $m.Vcpu[1] -Init", "Init to m/1: accepted by m/1")]
    [InlineData(XApic, "Send-ApicInterrupt $m.Vcpu[1] -Startup -Vector 9", "Startup 0x09 to m/1: refused by m/1 (StartupIgnored)")]
    [InlineData(XApic, "Send-ApicInterrupt -Pin 0 -Asserted $false", "ExtInt 0x00 to m/0 LINT0 down: nobody (LvtMasked)")]
    [InlineData(XApic, "Send-ApicInterrupt -LvtEntry lvterror", "Fixed 0x00 to m/0 LvtError: nobody (LvtMasked)")]
    public void A_message_says_who_got_it(string setup, string command, string expected)
    {
        Run($"{setup}; $m = Get-ApicMachine; Write-ApicMmio LvtLint0 0x10700 -WarningAction Ignore");

        Assert.Equal([expected], Texts(command));
    }

    [Fact]
    public void What_all_refused_has_their_rule_and_else_that_of_the_whole()
    {
        Run($"{XApic}; Get-ApicVcpu 3 | Write-ApicMmio Svr 0xFF");

        Assert.Equal(
            ["InterruptRefusedDisabled", "IpiNotAccepted", "IpiAccepted"],
            Texts("(Send-ApicIpi 0x41 3, 9, 1).Rule.Id"));
        Assert.Equal(["InterruptRefusedDisabled"], Texts("(Send-ApicIpi 0x41 0xFF).Refused.Rule.Id"));
    }

    [Fact]
    public void A_second_request_merges_and_a_third_NMI_too() => Assert.Equal(
        ["1 0", "0 1", "1 0", "1 0", "0 1"],
        Texts($$"""
            {{XApic}}
            @(Send-ApicIpi 0x41 1; Send-ApicIpi 0x41 1; 1..3 | ForEach-Object { Send-ApicInterrupt -Nmi }) |
                ForEach-Object { "$($_.Accepted.Count) $($_.Merged.Count)" }
            """));

    [Fact]
    public void An_error_interrupt_that_a_message_causes_is_not_the_message()
    {
        // The illegal vector raises the error entry of sender and target.
        Run($"{Amd}; Get-ApicVcpu | Write-ApicMmio LvtError 0xFE");

        Assert.Equal(["0 0 m/1"], Texts("$d = Send-ApicIpi 8 1; \"$($d.Accepted.Count) $($d.Merged.Count) $($d.Refused.Vcpu)\""));
        Assert.Equal(["True"], Texts("(Get-ApicPendingInterrupt).Requested.Contains(0xFE)"));
    }

    [Fact]
    public void An_IPI_is_the_accesses_that_a_guest_would_make() => Assert.Equal(
        ["MMIO write 0x310 = 0x02000000: Done", "MMIO write 0x300 = 0x00004041: Done", "WRMSR 0x830 = 0x20000C541: Done", "WRMSR 0x83F = 0x00000042: Done"],
        Texts($"""
            {XApic}
            Clear-ApicTrace; $null = Send-ApicIpi 0x41 2; Set-ApicBase -Extended
            $null = Send-ApicIpi 0x41 2 -Mode Init -Level
            $null = Send-ApicIpi 0x42 -SelfIpi
            (Get-ApicTrace).Access | Where-Object IsWrite | Where-Object Register -NE ApicBase | ForEach-Object {"{ \"$_\" }"}
            """));

    [Fact]
    public void To_means_the_ID_that_a_vCPU_has_now()
    {
        Run(XApic);
        Run("(Get-ApicVcpu 2) | Write-ApicMmio Id 0x7000000 -WarningAction Ignore");

        Assert.Equal(["Fixed 0x41 to APIC 0x07: accepted by m/2"], Texts("Send-ApicIpi 0x41 -To (Get-ApicVcpu 2)"));
    }

    [Fact]
    public void A_pin_of_a_legacy_controller_gives_its_vector() => Assert.Equal(
        ["ExtInt 0x20 to m/0 LINT0 up: accepted by m/0", "ExtInt 0x20"],
        Texts($"{XApic}; Write-ApicMmio LvtLint0 0x700; Set-ApicVcpu -InterruptsEnabled $true; Send-ApicInterrupt -Pin 0 -Asserted $true -ExtIntVector 0x20; Receive-ApicInterrupt"));

    [Fact]
    public void An_SVSM_delivers_an_IPI()
    {
        Engine.EngineResult result = Session.Run("""
            New-ApicMachine -Name m -Platform SevSnp -ResetMode X2Apic | Out-Null
            Enable-ApicAlternateInjection -VcHandler Proposal
            Set-ApicVcpu -InterruptsEnabled $true
            "$(Send-ApicIpi 0x41 0)"
            "$(Receive-ApicInterrupt)"
            """).NoErrors();

        Assert.Equal(["Fixed 0x41 to APIC 0x00000000: accepted by m/0", "Fixed 0x41"], result.Output.Select(line => line.ToString()));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void An_IPI_to_one_vCPU_costs_no_more_in_the_largest_machine()
    {
        Run("""
            $m = New-ApicMachine 65536 -Name big -ResetMode X2Apic
            $m.Vcpu | Write-ApicMsr Svr 0x1FF
            $all = Send-ApicIpi 0x41 -Shorthand All
            """);
        Assert.Equal(["accepted by big/0-65535"], Texts("$all.Description"));

        var watch = Stopwatch.StartNew();
        Run("$null = Send-ApicIpi (0x20..0xFF) -Destination (0..49)");

        // 11,200 IPIs; a look at every vCPU for each would take minutes.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }
}
