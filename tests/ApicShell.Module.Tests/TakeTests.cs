using Xunit;

namespace ApicShell.Tests;

/// <summary>Receive-, Complete- and Get-ApicPendingInterrupt, and what of a vCPU they depend on.</summary>
public sealed class TakeTests : ModuleTest
{
    private const string Kvm = "New-ApicMachine -Name m | Out-Null; Write-ApicMmio Svr 0x1FF; Set-ApicVcpu -InterruptsEnabled $true";
    private const string Intel = "New-ApicMachine -Name m -Model Intel | Out-Null; Write-ApicMmio Svr 0x1FF; Set-ApicVcpu -InterruptsEnabled $true";
    private const string Amd = "New-ApicMachine -Name m -Model Amd -ResetMode X2Apic | Out-Null; Write-ApicMsr Svr 0x1FF; Set-ApicVcpu -InterruptsEnabled $true";
    private const string Sets = "$p = Get-ApicPendingInterrupt; \"$($p.Requested.Ranges) | $($p.InService.Ranges) | $($p.HeldBackBy)\"";

    [Theory]
    [InlineData("Receive-ApicInterrupt", "Fixed 0x62")]
    [InlineData("Receive-ApicInterrupt -All", "Fixed 0x62")]
    [InlineData("Receive-ApicInterrupt -Count 3", "Fixed 0x62")]
    [InlineData("Receive-ApicInterrupt -Count 2 -Complete", "Fixed 0x62 Fixed 0x35")]
    [InlineData("Receive-ApicInterrupt -All -Complete", "Fixed 0x62 Fixed 0x35 Fixed 0x31")]
    public void The_highest_comes_first_and_holds_the_others_back_until_its_EOI(string command, string expected)
    {
        Run($"{Kvm}; $null = Send-ApicIpi 0x31, 0x62, 0x35 -Shorthand Self");

        Assert.Equal(expected, string.Join(' ', Texts(command)));
    }

    [Fact]
    public void SMI_comes_before_NMI_and_both_before_the_others_whatever_the_interrupt_flag_says() => Assert.Equal(
        "Smi Nmi Nmi",
        string.Join(' ', Texts($"{Kvm}; Set-ApicVcpu -InterruptsEnabled $false; $null = Send-ApicIpi 0x41 -Shorthand Self; $null = Send-ApicInterrupt -Nmi; $null = Send-ApicInterrupt -Nmi; $null = Send-ApicIpi -Mode Smi -Destination 0; Receive-ApicInterrupt -All")));

    [Fact]
    public void Interrupts_that_are_off_are_a_warning_that_says_how_to_turn_them_on()
    {
        Run($"{Kvm}; Set-ApicVcpu -InterruptsEnabled $false; $null = Send-ApicIpi 0x41 -Shorthand Self");

        Engine.EngineResult result = Run("Receive-ApicInterrupt");

        Assert.Empty(result.Output);
        Assert.Contains("0x41", Assert.Single(result.Warnings), System.StringComparison.Ordinal);
        Assert.Contains("Set-ApicVcpu -InterruptsEnabled $true", result.Warnings[0], System.StringComparison.Ordinal);
    }

    /// <summary>Under Restricted Injection the hypervisor has a vector in service as soon as it puts it into the doorbell page, before the guest takes it.</summary>
    [Fact]
    public void Under_restricted_injection_an_interrupt_is_not_interrupted_by_itself() => Assert.Equal(
        ["0x41 interrupts ", "0x61 interrupts 0x41"],
        Texts($$"""
            {{RestrictedMachine.Script}}; Write-ApicMmio Svr 0x1FF; $null = Invoke-ApicGhcbExit -ExitCode 0x80000014 -Info1 1 -Info2 0x1000
            Set-ApicVcpu -InterruptsEnabled $true
            0x41, 0x61 | ForEach-Object {
                $null = Send-ApicInterrupt -Destination 0 -Vector $_
                $taken = Receive-ApicInterrupt
                '0x{0:X2} interrupts {1}' -f $taken.Vector, $(if ($taken.Interrupted) { '0x{0:X2}' -f $taken.Interrupted })
            }
            """));

    [Fact]
    public void Under_restricted_injection_an_NMI_does_not_interrupt_what_waits_in_the_doorbell_page() => Assert.Equal(
        ["Nmi "],
        Texts($$"""
            {{RestrictedMachine.Script}}; Write-ApicMmio Svr 0x1FF; $null = Invoke-ApicGhcbExit -ExitCode 0x80000014 -Info1 1 -Info2 0x1000
            $null = Send-ApicInterrupt -Destination 0 -Vector 0x41; $null = Send-ApicInterrupt -Destination 0 -Mode Nmi
            Receive-ApicInterrupt | ForEach-Object { "$($_.Kind) $($_.Interrupted)" }
            """));

    /// <summary>KVM keeps the interrupt of a timer that has ended outside IRR: KVM lapic.c, apic_has_pending_timer; rule KvmTimerHeld.</summary>
    [Theory]
    [InlineData("Write-ApicMmio LvtTimer 0x10041", "", "TimerMasked")]
    [InlineData("Write-ApicMmio LvtTimer 0x41", "Set-ApicVcpu -Paused $true", "Paused")]
    [InlineData("Write-ApicMmio LvtTimer 0x41", "Set-ApicBase -Mode Disabled", "ApicOff")]
    public void A_timer_that_is_held_back_is_pending_with_its_reason(string entry, string hold, string reason)
    {
        Run($"New-ApicMachine -Name m | Out-Null; Write-ApicMmio Svr 0x1FF; {entry}; Write-ApicMmio TimerInitial 1000; {hold}; $null = Step-ApicClock 5000");

        Assert.Equal([$"65 65 {reason} timer 0x41"], Texts("Get-ApicPendingInterrupt | ForEach-Object { \"$($_.HeldTimer) $($_.Next) $($_.HeldBackBy) $($_.Others)\" }"));
        Assert.Contains("of its timer", Assert.Single(Run("Set-ApicVcpu -InterruptsEnabled $true; Receive-ApicInterrupt").Warnings), System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_timer_that_is_held_back_comes_after_what_is_requested()
    {
        Run($"{Kvm}; Write-ApicMmio LvtTimer 0x10041; Write-ApicMmio TimerInitial 1000; $null = Step-ApicClock 5000; $null = Send-ApicIpi 0x31 -Shorthand Self");

        Assert.Equal(["49 Nothing 65"], Texts("Get-ApicPendingInterrupt | ForEach-Object { \"$($_.Next) $($_.HeldBackBy) $($_.HeldTimer)\" }"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Set-ApicVcpu -Cr8 4; $null = Send-ApicIpi 0x41 -Shorthand Self")]
    [InlineData("Set-ApicVcpu -Cr8 4 -InterruptsEnabled $false; $null = Send-ApicIpi 0x41 -Shorthand Self")]
    public void Nothing_to_take_is_no_output_and_no_warning(string setup)
    {
        Run($"{Kvm}; {setup}");

        Engine.EngineResult result = Run("Receive-ApicInterrupt");

        Assert.Empty(result.Output);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData(Kvm, "")]
    [InlineData(Intel, "Spurious 0xFF")]
    [InlineData(Amd, "Spurious 0xFF")]
    public void An_acknowledge_cycle_that_finds_nothing_gives_the_spurious_vector_on_hardware(string setup, string expected) =>
        Assert.Equal(expected, string.Join(' ', Texts($"{setup}; Receive-ApicInterrupt -Spuriously")));

    [Theory]
    [InlineData("-All", 1)]
    [InlineData("-Count 2", 2)]
    public void Of_the_spurious_vector_all_is_one(string how, int expected) =>
        Assert.Equal(expected, Texts($"{Intel}; Receive-ApicInterrupt -Spuriously {how}").Count);

    [Fact]
    public void A_level_triggered_pin_that_stays_up_does_not_make_All_endless()
    {
        Engine.EngineResult result = Run($"{Intel}; Write-ApicMmio LvtLint1 0x8045; $null = Send-ApicInterrupt -Pin 1 -Asserted $true; Receive-ApicInterrupt -All -Complete");

        Assert.Equal("Fixed 0x45", Assert.Single(result.Output).ToString());
        Assert.Contains("0x45", Assert.Single(result.Warnings), System.StringComparison.Ordinal);
    }

    [Fact]
    public void EOI_is_a_write_the_way_the_mode_wants_it() => Assert.Equal(
        ["MMIO write 0x0B0 = 0x00000000: Done", "WRMSR 0x80B = 0x00000000: Done"],
        Texts($"{Kvm}; Clear-ApicTrace; Complete-ApicInterrupt -WarningAction Ignore; Set-ApicBase -Mode X2Apic; Complete-ApicInterrupt -WarningAction Ignore; (Get-ApicTrace).Access | Where-Object Register -EQ Eoi | ForEach-Object {{ \"$_\" }}"));

    [Theory]
    [InlineData("Complete-ApicInterrupt", "none | 0x31, 0x45 | Nothing")]
    [InlineData("Complete-ApicInterrupt -Count 2", "none | 0x31 | Nothing")]
    [InlineData("Complete-ApicInterrupt -All", "none | none | Nothing")]
    [InlineData("Complete-ApicInterrupt -Vector 0x31, 0x62", "none | 0x45 | Nothing")]
    public void EOI_ends_the_highest_or_the_one_that_is_named(string command, string expected) => Assert.Equal(
        [expected],
        Texts($"{Amd}; Write-ApicMsr ExtControl 2; foreach ($v in 0x31, 0x45, 0x62) {{ $null = Send-ApicIpi $v -Shorthand Self; $null = Receive-ApicInterrupt }}; {command}; {Sets}"));

    [Fact]
    public void EOI_with_nothing_in_service_is_a_warning_and_with_All_is_nothing()
    {
        Run($"{Kvm}; Clear-ApicTrace");

        Assert.Single(Run("Complete-ApicInterrupt").Warnings);
        Assert.Empty(Run("Complete-ApicInterrupt -All").Warnings);
        Assert.Equal(["1"], Texts("@(Get-ApicTrace).Count"));
    }

    [Fact]
    public void A_specific_EOI_that_is_not_enabled_is_dropped_with_a_warning() =>
        Assert.Contains("ExtendedDisabled", Texts($"{Amd}; $null = Send-ApicIpi 0x31 -Shorthand Self; $null = Receive-ApicInterrupt; Complete-ApicInterrupt -Vector 0x31 -WarningAction Ignore; (Get-ApicTrace -Last 1).Access.Rule.Id"));

    [Theory]
    [InlineData("", "none | none | Nothing")]
    [InlineData("$null = Send-ApicIpi 0x41 -Shorthand Self", "0x41 | none | Nothing")]
    [InlineData("$null = Send-ApicIpi 0x41 -Shorthand Self; Set-ApicVcpu -InterruptsEnabled $false", "0x41 | none | InterruptsOff")]
    [InlineData("$null = Send-ApicIpi 0x41 -Shorthand Self; Set-ApicVcpu -Cr8 4", "0x41 | none | Priority")]
    [InlineData("$null = Send-ApicIpi 0x41, 0x42, 0x43, 0x50, 0xFF -Shorthand Self; $null = Receive-ApicInterrupt", "0x41-0x43, 0x50 | 0xFF | Priority")]
    [InlineData("$null = Send-ApicIpi 0x41 -Shorthand Self; Write-ApicMsr ExtControl 1; Write-ApicMsr Ier2 0", "0x41 | none | InterruptEnable")]
    [InlineData("Set-ApicBase -Mode Disabled; $null = Send-ApicInterrupt -Nmi", "none | none | Nothing")]
    public void What_waits_says_what_holds_it_back(string setup, string expected) => Assert.Equal([expected], Texts($"{Amd}; {setup}; {Sets}"));

    [Fact]
    public void A_vCPU_that_waits_for_a_startup_IPI_takes_nothing_and_a_warning_says_so()
    {
        Run("$v = (New-ApicMachine 2).Vcpu[1]; $null = Send-ApicInterrupt $v -Init; $null = Send-ApicInterrupt $v -Nmi");

        Engine.EngineResult result = Run("Receive-ApicInterrupt $v");

        Assert.Equal(["WaitsForStartup"], Texts("(Get-ApicPendingInterrupt $v).HeldBackBy"));
        Assert.Empty(result.Output);
        Assert.Contains("start-up IPI", Assert.Single(result.Warnings), System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$null = Send-ApicInterrupt -Nmi", "Nmi 2")]
    [InlineData("$null = Send-ApicIpi -Mode Smi -Destination 0", "Smi ")]
    [InlineData("$null = Send-ApicIpi 0x41 -Shorthand Self", "Fixed 65")]
    [InlineData("", "None ")]
    public void What_comes_next_is_named(string setup, string expected) =>
        Assert.Equal([expected], Texts($"{Kvm}; {setup}; $p = Get-ApicPendingInterrupt; \"$($p.NextKind) $($p.Next)\""));

    [Fact]
    public void A_set_has_count_highest_members_and_text()
    {
        Run($"{Kvm}; $null = Send-ApicIpi 0x1F, 0x20, 0x21, 0xFF -Shorthand Self; $set = (Get-ApicPendingInterrupt).Requested");

        Assert.Equal(
            ["4", "255", "True", "False", "False", "0x1F-0x21, 0xFF", "31 32 33 255"],
            Texts("$set.Count; $set.Highest; $set.Contains(0x20); $set.Contains(0x22); $set.Contains(256); $set.ToString(); \"$set\""));
    }

    [Fact]
    public void An_empty_set_has_none()
    {
        Run($"{Kvm}; $set = (Get-ApicPendingInterrupt).Requested");

        Assert.Equal(["0", "True", "none"], Texts("$set.Count; $null -eq $set.Highest; $set.Ranges"));
    }

    [Fact]
    public void What_waits_and_what_was_sent_and_taken_are_snapshots() => Assert.Equal(
        ["0x41", "none", "m/0"],
        Texts($"{Kvm}; $d = Send-ApicIpi 0x41 -Shorthand Self; $p = Get-ApicPendingInterrupt; $null = Receive-ApicInterrupt; $p.Requested.Ranges; $p.InService.Ranges; $d.Accepted"));

    [Fact]
    public void A_vCPU_shows_the_present_of_what_can_be_set() => Assert.Equal(
        ["False False 0 Running", "True True 7 Running", "True False 0 Running", "False False 0 WaitForStartup"],
        Texts("""
            $v = (New-ApicMachine 2).Vcpu[1]; $show = { "$($v.InterruptsEnabled) $($v.Paused) $($v.Cr8) $($v.RunState)" }
            & $show; Set-ApicVcpu $v -InterruptsEnabled $true -Paused $true -Cr8 7
            & $show; Set-ApicVcpu $v -Paused $false -Cr8 0
            & $show; Reset-ApicVcpu $v -Init
            & $show
            """));

    [Fact]
    public void INIT_keeps_the_mode_and_RESET_does_not() => Assert.Equal(
        ["X2Apic 0x0", "XApic 0x0"],
        Texts("""
            $v = New-ApicVcpu; Set-ApicBase -Mode X2Apic; Write-ApicMsr Tpr 0x20; Reset-ApicVcpu -Init
            "$($v.Mode) 0x$((Get-ApicRegister Tpr).Value)"; Reset-ApicVcpu; "$($v.Mode) 0x$((Get-ApicRegister Tpr).Value)"
            """));

    [Fact]
    public void What_a_guest_believed_is_forgotten_after_INIT_however_it_came() => Assert.Equal(
        ["True", "True", "True"],
        Texts("""
            New-ApicMachine 2 -Name m | Out-Null; $v = Get-ApicVcpu 1
            'Send-ApicIpi -Mode Init -Destination 1', 'Send-ApicInterrupt $v -Init', 'Reset-ApicVcpu $v -Init' | ForEach-Object {
                Write-ApicMmio $v Tpr 0x20
                $null = & ([scriptblock]::Create($_))
                $null -eq (Get-ApicView $v | Where-Object Register -EQ Tpr).Guest
            }
            """));
}
