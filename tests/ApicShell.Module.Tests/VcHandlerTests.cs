using Xunit;

namespace ApicShell.Tests;

/// <summary>The #VC handlers that translate the page, and the SVSM with a whole APIC, at the prompt.</summary>
public sealed class VcHandlerTests : ModuleTest
{
    private const string Whole = "New-ApicMachine -Name m -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Whole; $v = Get-ApicVcpu";

    private const string VcTimer = $"{Whole}; Write-ApicMmio Svr 0x1FF; Write-ApicMmio LvtTimer 0x20041; Write-ApicMmio TimerDivide 0xB; Write-ApicMmio TimerInitial 1000";

    [Fact]
    public void The_mode_of_a_vCPU_is_that_of_the_APIC_its_guest_sees() => Assert.Equal(
        ["X2Apic", "4276096256", "X2Apic", "XApic", "XApic"],
        Texts($$"""
            {{Whole}}
            Set-ApicBase -Mode X2Apic
            $v.Mode; (Get-ApicBase).Value; (Get-ApicBase).Mode; (Get-ApicBase -Origin Host).Mode; (Get-ApicAlternateInjection).HypervisorMode
            """));

    [Fact]
    public void Every_register_of_a_whole_APIC_is_the_SVSMs_in_the_mode_it_is_in() => Assert.Equal(
        ["0", "Svsm", "XApic", "536870912", "X2Apic", "32"],
        Texts("""
            New-ApicMachine -ApicId 0x20 -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Whole
            @(Get-ApicRegister | Where-Object Owner -ne Svsm).Count; (Get-ApicRegister ApicBase).Owner
            $id = Get-ApicRegister Id; $id.Mode; $id.Value
            Set-ApicBase -Mode X2Apic
            $id = Get-ApicRegister Id; $id.Mode; $id.Value
            """));

    [Fact]
    public void Views_of_an_ID_agree_whatever_form_each_is_in() => Assert.Equal(
        ["536870912 536870912 536870912 True", "32 32 536870912 True"],
        Texts("""
            New-ApicMachine -ApicId 0x20 -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Whole
            $null = Read-ApicMmio Id; $w = Get-ApicView | Where-Object Register -eq Id; "$($w.Guest) $($w.Svsm) $($w.Hypervisor) $($w.Agrees)"
            Set-ApicBase -Mode X2Apic; $null = Read-ApicMsr Id
            $w = Get-ApicView | Where-Object Register -eq Id; "$($w.Guest) $($w.Svsm) $($w.Hypervisor) $($w.Agrees)"
            """));

    [Fact]
    public void A_raw_call_for_the_page_names_its_register() => Assert.Equal(
        ["Svr ReadPage Success 255 WholeServes", "None 5 UnsupportedCall 0 SvsmUnsupported"],
        Texts($$"""
            {{Whole}}
            $c = Invoke-ApicSvsmCall -Call ReadPage -Rcx 0x400F0; "$($c.Register) $($c.CallName) $($c.Result) $($c.RdxOut) $($c.Rule.Id)"
            New-ApicMachine -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Split
            $c = Invoke-ApicSvsmCall -Call 5 -Rcx 0x40FFF; "$($c.Register) $($c.Call) $($c.Result) $($c.RdxOut) $($c.Rule.Id)"
            """));

    [Theory]
    [InlineData("Translate")]
    [InlineData("Split")]
    public void ICR2_is_nobodys_and_shown_as_the_handler_keeps_it(string handler) => Assert.Equal(
        ["Nobody", "83886080", "Svsm"],
        Texts($$"""
            New-ApicMachine -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler {{handler}}
            Write-ApicMmio Icr2 0x05FFFFFF
            $r = Get-ApicRegister Icr2; $r.Owner; $r.Value; (Get-ApicRegister Icr).Owner
            """));

    [Theory]
    [InlineData(VcTimer, "200000 Delivered")]
    [InlineData($"{VcTimer}; Write-ApicMmio LvtTimer 0x30041", "200000 HeldBack")]
    [InlineData("New-ApicMachine -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Split -TimerSupport Svsm; Write-ApicMmio LvtTimer 0x41; Write-ApicMmio TimerDivide 0xB; Write-ApicMmio TimerInitial 1000", "1000 Delivered")]
    public void The_clock_steps_to_a_timer_that_the_SVSM_has(string setup, string expected) => Assert.Equal(
        [expected], Texts($"{setup}; $step = Step-ApicClock -ToNextTimer; \"$($step.To) $($step.Expired.Interrupt)\""));

    [Fact]
    public void What_waits_in_a_whole_APIC_that_is_off_is_held_back_by_that() => Assert.Equal(
        ["Fixed 65 ApicOff", "Fixed 65 Nothing"],
        Texts($$"""
            {{Whole}}
            Write-ApicMmio Svr 0x1FF; $null = Send-ApicIpi 0x41 -Shorthand Self; Set-ApicBase -Mode Disabled
            Set-ApicVcpu -InterruptsEnabled $true
            $p = Get-ApicPendingInterrupt; "$($p.NextKind) $($p.Next) $($p.HeldBackBy)"
            Set-ApicBase -Mode XApic
            $p = Get-ApicPendingInterrupt; "$($p.NextKind) $($p.Next) $($p.HeldBackBy)"
            """));

    [Fact]
    public void Interrupts_are_taken_and_ended_by_the_page_of_a_whole_APIC() => Assert.Equal(
        ["Fixed 65", "MMIO write 0x0B0 = 0x00000000: Done", "0"],
        Texts($$"""
            {{Whole}}
            Write-ApicMmio Svr 0x1FF; Set-ApicVcpu -InterruptsEnabled $true
            $null = Send-ApicIpi 0x41 -Shorthand Self
            $taken = Receive-ApicInterrupt; "$($taken.Kind) $($taken.Vector)"
            Complete-ApicInterrupt -Explicit; "$(@(Get-ApicTrace -Kind Access)[-1].Access)"
            (Get-ApicRegister Isr2).Value
            """));
}
