using Xunit;

namespace ApicShell.Tests;

/// <summary>Get-ApicDoorbell, Get-ApicVmsa and Get-ApicSvsm.</summary>
public sealed class SnpSnapshotTests : ModuleTest
{
    private const string On =
        "New-ApicMachine -Name m -Platform SevSnp -ResetMode X2Apic | Out-Null; Write-ApicMsr Svr 0x1FF; Enable-ApicAlternateInjection -VcHandler Proposal";
    private const string SelfIpi = "$null = Invoke-ApicSvsmCall -Call WriteRegister -Register SelfIpi -Rdx";

    [Fact]
    public void The_page_holds_what_the_host_has_until_the_SVSM_looks()
    {
        Run($"{On}; Set-ApicVcpu -Paused $true; $null = Send-ApicInterrupt -Destination 0 -Vector 0x41; $one = Get-ApicDoorbell");
        Run("$null = Send-ApicInterrupt -Destination 0 -Vector 0x52, 0x1F; $three = Get-ApicDoorbell; Set-ApicVcpu -Paused $false; $after = Get-ApicDoorbell");

        const string Shown = "'{0} {1:X} {2} {3} {4}' -f $d.VmplEvents, $d.Guest.Vector, $d.Guest.MultipleVectors, $d.Guest.Vector31, $d.Guest.Irr.Ranges";
        Assert.Equal(["2 41 False False none"], Texts($"$d = $one; {Shown}"));
        Assert.Equal(["2 0 True True 0x41, 0x52"], Texts($"$d = $three; {Shown}"));
        Assert.Equal(["0 0 False False none"], Texts($"$d = $after; {Shown}"));
    }

    [Fact]
    public void A_level_triggered_vector_stands_alone_in_the_status() => Assert.Equal(
        ["00000452 True"],
        Texts($$"""
            {{On}}; Set-ApicVcpu -Paused $true; $null = Send-ApicInterrupt -Destination 0 -Vector 0x52 -Level
            $d = Get-ApicDoorbell; '{0:X8} {1}' -f $d.Guest.Status, $d.Guest.LevelTriggered
            """));

    [Fact]
    public void The_bytes_are_the_page() => Assert.Equal(
        ["System.Byte[]", "256", "2 65 0"],
        Texts($$"""
            {{On}}; Set-ApicVcpu -Paused $true; $null = Send-ApicInterrupt -Destination 0 -Vector 0x41
            $b = Get-ApicDoorbell -Raw; $b.GetType().FullName; $b.Length; "$($b[3]) $($b[128]) $($b[64])"
            """));

    [Fact]
    public void A_page_is_there_once_it_is_registered() => Assert.Equal(
        ["True", "7000", "True"],
        Texts("""
            New-ApicMachine -Platform SevSnp | Out-Null
            $null -eq (Get-ApicDoorbell).Address
            $null = Invoke-ApicGhcbExit -ExitCode Doorbell -Info1 1 -Info2 0x7000 -Vmpl 0; '{0:X}' -f (Get-ApicDoorbell).Address
            $null = Invoke-ApicGhcbExit -ExitCode Doorbell -Info1 3 -Vmpl 0; $null -eq (Get-ApicDoorbell).Address
            """));

    [Fact]
    public void Under_Restricted_Injection_the_page_is_the_guests()
    {
        Run(RestrictedMachine.Script);

        Assert.Equal(
            ["0 41 True True"],
            Texts("""
                Write-ApicMmio Svr 0x1FF
                $null = Invoke-ApicGhcbExit -ExitCode Doorbell -Info1 1 -Info2 0x7000
                $null = Send-ApicInterrupt -Destination 0 -Vector 0x41
                $d = Get-ApicDoorbell; '{0} {1:X} {2} {3}' -f $d.Vmpl, $d.Vector, $d.NoFurtherSignal, ($null -eq $d.Guest)
                """));
        Assert.Equal(["0 27"], Texts("$v = Get-ApicVmsa; '{0} {1:X}' -f $v.Vmpl, $v.SevStatus"));
    }

    [Fact]
    public void What_waits_for_IF_is_in_VINTR_CTRL_and_what_does_not_in_EVENT_INJ() => Assert.Equal(
        ["False True 41 4 False", "True External 52 True True"],
        Texts($$"""
            {{On}}; {{SelfIpi}} 0x41
            $v = Get-ApicVmsa
            '{0} {1} {2:X} {3} {4}' -f $v.EventInj.IsValid, $v.VintrCtrl.HasRequest, $v.VintrCtrl.Vector, $v.VintrCtrl.Priority, $v.InterruptsEnabled
            Set-ApicVcpu -InterruptsEnabled $true; {{SelfIpi}} 0x52
            $w = Get-ApicVmsa
            '{0} {1} {2:X} {3} {4}' -f $w.EventInj.IsValid, $w.EventInj.Type, $w.EventInj.Vector, $w.InterruptsEnabled, (-not $v.InterruptsEnabled)
            """));

    [Fact]
    public void The_SVSMs_APIC_has_its_stack_with_the_newest_first() => Assert.Equal(
        ["82 65", "0x31", "Injected 52", "52 -> 50 1", "80"],
        Texts($$"""
            {{On}}; Set-ApicVcpu -InterruptsEnabled $true
            {{SelfIpi}} 0x31; {{SelfIpi}} 0x41; $null = Receive-ApicInterrupt; {{SelfIpi}} 0x52
            $s = Get-ApicSvsm
            "$($s.InService)"; $s.Requested.Ranges; '{0} {1:X}' -f $s.Presentation, $s.PresentedVector
            '{0:X} -> {1:X} {2:X}' -f $s.InService[0], $s.ProcessorPriority, $s.Ldr
            $s.InjectionVector
            """));

    [Theory]
    [InlineData("", "none")]
    [InlineData("0x141", "0x41")]
    [InlineData("0x300", "0x1F-0xFF")]
    [InlineData("0x300 0x41", "0x1F-0x40, 0x42-0xFF")]
    [InlineData("0x300 0x200", "none")]
    public void The_allowed_vectors_are_ranges(string configurations, string expected) => Assert.Equal(
        [expected],
        Texts($"{On}; '{configurations}' -split ' ' | Where-Object {{ $_ }} | ForEach-Object {{ $null = Invoke-ApicSvsmCall -Call ConfigureVector -Rcx $_ }}; (Get-ApicSvsm).Allowed.Ranges"));

    [Fact]
    public void What_another_vCPU_posts_waits_until_the_target_runs() => Assert.Equal(
        ["0x41 True", "none False"],
        Texts("""
            New-ApicMachine 2 -Platform SevSnp -ResetMode X2Apic | Out-Null; Get-ApicVcpu | Write-ApicMsr Svr 0x1FF
            Enable-ApicAlternateInjection -VcHandler Proposal
            $target = Get-ApicVcpu 1; Set-ApicVcpu $target -Paused $true
            $null = Invoke-ApicSvsmCall (Get-ApicVcpu 0) -Call WriteRegister -Register Icr -Rdx 0x100000041
            $null = Invoke-ApicSvsmCall (Get-ApicVcpu 0) -Call WriteRegister -Register Icr -Rdx 0x100000400
            $s = Get-ApicSvsm $target; "$($s.Posted.Ranges) $($s.PostedNmi)"
            Set-ApicVcpu $target -Paused $false
            $s = Get-ApicSvsm $target; "$($s.Posted.Ranges) $($s.PostedNmi)"
            """));

    [Theory]
    [InlineData("Get-ApicDoorbell", "Address")]
    [InlineData("Get-ApicVmsa", "SevStatus")]
    [InlineData("Get-ApicSvsm", "Emulated")]
    [InlineData("Invoke-ApicSvsmCall -Call QueryFeatures", "Result")]
    public void They_are_snapshots(string command, string property)
    {
        Run($"New-ApicMachine -Platform SevSnp | Out-Null; $snapshot = {command}");
        string before = Texts($"\"$($snapshot.{property})\"")[0];

        Run("Enable-ApicAlternateInjection");

        Assert.Equal([before], Texts($"\"$($snapshot.{property})\""));
        Assert.NotEqual([before], Texts($"\"$(({command}).{property})\""));
    }
}
