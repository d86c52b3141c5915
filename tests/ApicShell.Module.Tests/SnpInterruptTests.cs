using Xunit;

namespace ApicShell.Tests;

/// <summary>Interrupts of SEV-SNP guests at the prompt: sent, looked at, taken and ended where an SVSM or a doorbell page is between.</summary>
public sealed class SnpInterruptTests : ModuleTest
{
    /// <summary>One call and, because one of the others is off, a notification for each of the 398 that are not: more than a byte holds.</summary>
    [Fact]
    public void Exits_are_counted_beyond_255() => Assert.Equal(
        ["399", "399"],
        Texts("""
            New-ApicMachine 400 -Name m -Platform SevSnp -ApicScope PerVmpl | Out-Null
            Get-ApicVcpu | Set-ApicBase -Mode X2Apic -Origin Svsm
            Get-ApicVcpu | Write-ApicMsr Svr 0x1FF -Origin Svsm
            Get-ApicVcpu | Enable-ApicAlternateInjection -VcHandler Whole
            Get-ApicVcpu | Select-Object -SkipLast 1 | Write-ApicMmio Svr 0x1FF
            (Write-ApicMmio Icr 0xC4041 -Answer).Exits
            (Get-ApicTrace -Kind Access)[-1].Access.Exits
            """));

    private const string On = "Get-ApicVcpu | Set-ApicVcpu -InterruptsEnabled $true";

    // The hypervisor's APIC in xAPIC mode, handler Proposal.
    private const string XApic = $"New-ApicMachine 2 -Name m -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Proposal; {On}";

    // As a Linux guest of COCONUT-SVSM has it.
    private const string Linux = $"New-ApicMachine 3 -Name m -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Linux -SvsmApicSetup; {On}";

    // An SVSM with an APIC of its own that is ready to notify, and the APIC that the guest sees on by software.
    private const string Whole = $"New-ApicMachine 3 -Name m -Platform SevSnp -ApicScope PerVmpl | Out-Null; Enable-ApicAlternateInjection -VcHandler Whole -SvsmApicSetup; Get-ApicVcpu | Write-ApicMmio Svr 0x1FF; {On}";

    private const string Split = $"New-ApicMachine 3 -Name m -Platform SevSnp -ApicScope PerVmpl | Out-Null; Enable-ApicAlternateInjection -VcHandler Split -SvsmApicSetup; {On}";

    private const string Pending = "$p = Get-ApicPendingInterrupt; \"$($p.NextKind) $($p.Next) $($p.HeldBackBy) | $($p.Requested.Ranges) | $($p.Waiting.Ranges) | $($p.InService.Ranges)\"";

    [Theory]
    [InlineData(Linux, "Send-ApicIpi 0x41 1", "Fixed 0x41 to APIC 0x00000001: accepted by m/1")]
    [InlineData(Linux, "Send-ApicIpi 0x50 -Shorthand All", "Fixed 0x50 to all: accepted by m/0-2")]
    [InlineData(Linux, "Send-ApicIpi -Mode Nmi -Shorthand AllButSelf", "Nmi to all but self: accepted by m/1-2")]
    [InlineData(Linux, "Send-ApicIpi 0x41 -To (Get-ApicVcpu 2) -Logical", "Fixed 0x41 to logical 0x00000004: accepted by m/2")]
    [InlineData(Linux, "Send-ApicIpi 0x41 9 -WarningAction Ignore", "Fixed 0x41 to APIC 0x00000009: nobody (SvsmIpiNobody)")]
    [InlineData(Linux, "Send-ApicIpi 8 1", "Fixed 0x08 to APIC 0x00000001: refused by m/1 (SvsmIllegalVector)")]
    [InlineData(Linux, "Disable-ApicAlternateInjection (Get-ApicVcpu 1); Send-ApicIpi 0x41 -Shorthand AllButSelf", "Fixed 0x41 to all but self: accepted by m/2; refused by m/1 (SvsmTargetWithoutEmulation)")]
    [InlineData(Linux, "Send-ApicInterrupt -Destination 1 -Vector 0x61", "Fixed 0x61 to APIC 0x01: refused by m/1 (SvsmVectorNotAllowed)")]
    [InlineData(Linux, "Set-ApicVcpu -Vmpl 0; Send-ApicInterrupt -Destination 0 -Vector 0x61", "Fixed 0x61 to APIC 0x00: waiting at m/0 (HostPosts)")]
    [InlineData(Linux, "Send-ApicInterrupt -Destination 1 -Vector 0x50", "Fixed 0x50 to APIC 0x01: waiting at m/1 (HostNotifies)")]
    [InlineData(Linux, "Send-ApicInterrupt -Destination 1 -Mode Nmi", "Nmi to APIC 0x01: waiting at m/1 (HostNmiUnread)")]
    [InlineData(Linux, "Send-ApicInterrupt -Nmi", "Nmi to m/0: waiting at m/0 (HostNmiUnread)")]
    [InlineData(XApic, "Send-ApicIpi 0x41 -SelfIpi", "Fixed 0x41 to self (SELF_IPI): accepted by m/0")]
    [InlineData(XApic, "Send-ApicIpi 0x41 1 -WarningAction Ignore", "Fixed 0x41 to APIC 0x00000001: accepted by m/1")]
    [InlineData(Split, "Send-ApicIpi 0x41 2", "Fixed 0x41 to APIC 0x00000002: accepted by m/2")]
    [InlineData(Whole, "Send-ApicIpi 0x41 2", "Fixed 0x41 to APIC 0x02: accepted by m/2")]
    [InlineData(Whole, "Send-ApicIpi 0x41 -Shorthand AllButSelf", "Fixed 0x41 to all but self: accepted by m/1-2")]
    [InlineData(Whole, "Get-ApicVcpu 1 | Write-ApicMmio Ldr 0x4000000; Send-ApicIpi 0x41 -To (Get-ApicVcpu 1) -Logical", "Fixed 0x41 to logical 0x04: accepted by m/1")]
    [InlineData(Whole, "Get-ApicVcpu | Set-ApicBase -Mode X2Apic; Send-ApicIpi 0x41 -To (Get-ApicVcpu 1) -Logical", "Fixed 0x41 to logical 0x00000002: accepted by m/1")]
    [InlineData(Whole, "Get-ApicVcpu 1 | Write-ApicMmio Svr 0xFF; Send-ApicIpi 0x41 1", "Fixed 0x41 to APIC 0x01: refused by m/1 (InterruptRefusedDisabled)")]
    [InlineData("New-ApicMachine -Name m -Platform SevSnp -RestrictedInjection | Out-Null; Write-ApicMmio Svr 0x1FF", "Send-ApicInterrupt -Destination 0 -Vector 0x61", "Fixed 0x61 to APIC 0x00: accepted by m/0")]
    public void A_message_says_who_got_it_in_the_end(string setup, string command, string expected)
    {
        Run(setup);

        Assert.Equal([expected], Texts(command));
    }

    [Theory]
    [InlineData("$null = Send-ApicIpi 0x41 -SelfIpi", "Fixed 65 Nothing | 0x41 | none | none")]
    [InlineData("Set-ApicVcpu -InterruptsEnabled $false; $null = Send-ApicIpi 0x41 -SelfIpi", "Fixed 65 InterruptsOff | 0x41 | none | none")]
    [InlineData("Set-ApicVcpu -Cr8 5; $null = Send-ApicIpi 0x41 -SelfIpi", "Fixed 65 Priority | 0x41 | none | none")]
    [InlineData("Set-ApicVcpu -Cr8 5; $null = Send-ApicIpi 0x41 -SelfIpi; Set-ApicVcpu -Cr8 0 -InterruptShadow $true", "Fixed 65 InterruptShadow | 0x41 | none | none")]
    [InlineData("$null = Get-ApicVcpu 1 | Send-ApicIpi 0x41 0 -WarningAction Ignore", "Fixed 65 SvsmNotNotified | none | 0x41 | none")]
    [InlineData("Set-ApicVcpu -Vmpl 0; $null = Get-ApicVcpu 1 | Send-ApicIpi 0x41 0 -WarningAction Ignore", "Fixed 65 Nothing | none | 0x41 | none")]
    [InlineData("Set-ApicVcpu -Vmpl 0 -ExitInterrupt 0x8000030E", "Exception 14 Nothing | none | none | none")]
    [InlineData("$null = Send-ApicIpi 0x41 -SelfIpi; $null = Receive-ApicInterrupt; $null = Send-ApicIpi 0x42 -SelfIpi", "Fixed 66 Priority | 0x42 | none | 0x41")]
    [InlineData("$null = Send-ApicIpi 0x41 -SelfIpi; $null = Receive-ApicInterrupt -Complete", "None  Nothing | none | none | none")]
    [InlineData("$null = Send-ApicInterrupt -Nmi", "None  Nothing | none | none | none")]
    public void What_waits_says_what_holds_it_back(string setup, string expected)
    {
        Run(XApic);

        Assert.Equal([expected], Texts($"{setup}; {Pending}"));
    }

    [Theory]
    [InlineData("Set-ApicVcpu -InterruptsEnabled $false; $null = Send-ApicIpi 0x41 -SelfIpi", "interrupts off")]
    [InlineData("Set-ApicVcpu -InterruptShadow $true; $null = $other | Send-ApicIpi 0x41 0 -WarningAction Ignore", "SVSM has not looked")]
    public void A_warning_says_what_has_to_be_done(string setup, string expected)
    {
        Run($"{XApic}; $other = Get-ApicVcpu 1; {setup}");

        Assert.Contains(expected, Assert.Single(Run("Receive-ApicInterrupt").Warnings), System.StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_taken_is_of_the_SVSMs_APIC() => Assert.Equal(
        ["Fixed 0x41  64 False False", "Fixed 0x62 65 96 False False", "Fixed 0x73 98 112 True True"],
        Texts($$"""
            {{XApic}}
            foreach ($vector in 0x41, 0x62, 0x73) {
                $null = Send-ApicIpi $vector -SelfIpi
                $taken = if ($vector -eq 0x73) { Receive-ApicInterrupt -Complete } else { Receive-ApicInterrupt }
                "$taken $($taken.Interrupted) $($taken.ProcessorPriority) $($taken.Completed) $($taken.Lazily)"
            }
            """));

    [Theory]
    [InlineData(XApic, "", "LazyEoi")]
    [InlineData(Linux, "", "LazyEoi")]
    [InlineData(XApic, "-Explicit", "WRMSR 0x80B = 0x00000000: Done")]
    [InlineData(Linux, "-Explicit", "WRMSR 0x80B = 0x00000000: Done")]
    public void EOI_is_left_out_where_the_SVSM_allows(string setup, string how, string expected) => Assert.Equal(
        [expected, "none"],
        Texts($$"""
            {{setup}}; $null = Send-ApicIpi 0x41 -SelfIpi; $null = Receive-ApicInterrupt
            Complete-ApicInterrupt -All {{how}}
            $last = Get-ApicTrace -Last 1
            if ($last.Access) { $last.Description } else { $last.Kind }
            (Get-ApicPendingInterrupt).InService.Ranges
            """));

    [Fact]
    public void Handler_Edk2_writes_EOI_to_the_hypervisor_and_the_SVSM_keeps_the_vector() => Assert.Equal(
        ["MMIO write 0x0B0 = 0x00000000: Done", "Hypervisor", "0x41"],
        Texts($"""
            {XApic}; $null = Send-ApicIpi 0x41 -SelfIpi; $null = Receive-ApicInterrupt; $p = Get-ApicPendingInterrupt
            Enable-ApicAlternateInjection -VcHandler Edk2; Complete-ApicInterrupt -WarningAction Ignore
            (Get-ApicTrace -Last 1).Description; (Get-ApicTrace -Last 1).AnsweredBy; $p.InService.Ranges
            """));

    [Fact]
    public void What_an_intercept_hits_comes_again() => Assert.Equal(
        ["Fixed 0x41 True False", "Fixed 0x41 False True"],
        Texts($$"""
            {{XApic}}; $null = Send-ApicIpi 0x41 -SelfIpi
            @(Receive-ApicInterrupt -Intercepted; Receive-ApicInterrupt -Complete) | ForEach-Object { "$_ $($_.Intercepted) $($_.Completed)" }
            """));

    [Fact]
    public void A_register_shows_the_value_of_whoever_answers_for_it() => Assert.Equal(
        ["Tpr Svsm 48", "Svr Hypervisor 255", "Ldr Svsm 1", "Eoi Svsm 0", "Tpr LocalApic 0"],
        Texts($$"""
            {{XApic}}; Write-ApicMmio Tpr 0x30
            Get-ApicRegister Tpr, Svr, Ldr, Eoi | ForEach-Object { "$($_.Register) $($_.Owner) $($_.Value)" }
            $null = New-ApicMachine; Get-ApicRegister Tpr | ForEach-Object { "$($_.Register) $($_.Owner) $($_.Value)" }
            """));

    [Fact]
    public void Options_that_are_not_said_stay_as_the_machine_has_them() => Assert.Equal(
        ["Svsm PprIsVector Linux", "HvTimer PprIsVector Edk2"],
        Texts("""
            New-ApicMachine 2 -Name m -Platform SevSnp | Out-Null
            Enable-ApicAlternateInjection -VcHandler Proposal -TimerSupport Svsm -SvsmBehavior PprIsVector
            Get-ApicVcpu 1 | Enable-ApicAlternateInjection -VcHandler Linux
            Get-ApicAlternateInjection (Get-ApicVcpu 1) | ForEach-Object { "$($_.TimerSupport) $($_.SvsmBehavior) $($_.VcHandler)" }
            Get-ApicVcpu 1 | Enable-ApicAlternateInjection -TimerSupport HvTimer
            Get-ApicAlternateInjection (Get-ApicVcpu 1) | ForEach-Object { "$($_.TimerSupport) $($_.SvsmBehavior) $($_.VcHandler)" }
            """));

    [Fact]
    public void A_machine_shows_how_its_guest_gets_interrupts_and_a_copy_of_it_does_the_same() => Assert.Equal(
        ["True Snp, RestrictedInjection", "False Usual", " ", "0"],
        Texts("""
            $show = { "$($args[0].RestrictedInjection) $($args[0].HypervisorFeature)" }
            $r = New-ApicMachine -Platform SevSnp -RestrictedInjection -HypervisorFeature Snp, RestrictedInjection
            & $show $r; & $show (New-ApicMachine -Platform SevSnp); & $show (New-ApicMachine)
            $null = Read-ApicMmio $r.Vcpu[0] Tpr
            @(Get-ApicTrace $r | Compare-ApicTrace -Machine $r, $r).Count
            """));

    [Fact]
    public void The_trace_says_whose_APIC_it_was() => Assert.Equal(
        ["Sent Nobody", "Accepted Hypervisor", "Posted Hypervisor", "Refused Svsm"],
        Texts($$"""
            {{Linux}}; Clear-ApicTrace; $null = Send-ApicInterrupt -Destination 1 -Vector 0x61
            Get-ApicTrace -Kind Sent, Accepted, Posted, Refused | ForEach-Object { "$($_.Kind) $($_.AnsweredBy)" }
            """));

    [Theory]
    [InlineData("-Vmpl 0 -ExitInterrupt 0x80000041 -Cr8 5", "Leave the guest for the SVSM, exitintinfo=0x80000041, CR8 = 5")]
    [InlineData("-Vmpl 2 -InterruptShadow $true", "Interrupt shadow on, Go on in the guest")]
    public void WhatIf_of_a_vCPU_names_VMPL_and_shadow(string options, string action)
    {
        Run(XApic);

        Assert.Contains($"\"{action}\" on target \"vCPU m/0\"", Run($"Set-ApicVcpu {options} -WhatIf").HostText, System.StringComparison.Ordinal);
        Assert.Equal(["2"], Texts("(Get-ApicVcpu 0).Vmpl"));
    }

    [Fact]
    public void A_restricted_guest_takes_from_its_page() => Assert.Equal(
        ["Fixed 97 NoDoorbell", "Fixed 97 InterruptsOff", "Fixed 0x61"],
        Texts("""
            New-ApicMachine -Name m -Platform SevSnp -RestrictedInjection | Out-Null; Write-ApicMmio Svr 0x1FF
            $null = Send-ApicInterrupt -Destination 0 -Vector 0x61
            $show = { $p = Get-ApicPendingInterrupt; "$($p.NextKind) $($p.Next) $($p.HeldBackBy)" }
            & $show
            $null = Invoke-ApicGhcbExit -ExitCode Doorbell -Info1 1 -Info2 0x7000
            & $show
            Set-ApicVcpu -InterruptsEnabled $true
            "$(Receive-ApicInterrupt)"
            """));
}
