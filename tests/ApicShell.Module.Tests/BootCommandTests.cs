using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Boots at the prompt.</summary>
public sealed class BootCommandTests : ModuleTest
{
    [Theory]
    [InlineData("-Model Amd -ResetMode XApic")]
    [InlineData("-Model Intel")]
    [InlineData("2")]
    [InlineData("2 -Platform SevSnp")]
    public void A_boot_runs_on_any_machine(string options)
    {
        Run($"New-ApicMachine {options} | Out-Null; $steps = Invoke-ApicBoot OvmfSmall");

        Assert.Empty(Texts("$steps | Where-Object Succeeded -eq $false"));
        Assert.Equal(["SEC", "PEI", "DXE"], Texts("$steps.Phase").Distinct());
        Assert.Equal(["1", "write"], Texts("$steps[0].Number; if ($steps[0].Access[-1].IsWrite) { 'write' }"));
    }

    [Fact]
    public void Phases_go_on_from_command_to_command()
    {
        Run("New-ApicMachine 2 | Out-Null; $sec = Invoke-ApicBoot OvmfLarge SEC; $pei = Invoke-ApicBoot OvmfLarge P*; $linux = Invoke-ApicBoot LinuxX2Apic");

        Assert.Equal(["SEC", "PEI"], Texts("$sec.Phase; $pei.Phase").Distinct());
        Assert.Equal(["X2Apic", "X2Apic"], Texts("(Get-ApicVcpu).Mode"));
        Assert.Empty(Texts("$sec + $pei + $linux | Where-Object Succeeded -eq $false"));
        Assert.Empty(Texts("$sec + $pei + $linux | ForEach-Object { $_.Difference }"));
    }

    [Theory]
    [InlineData("Reset-ApicVcpu (Get-ApicVcpu)")]
    [InlineData("$null = New-ApicBoot Again @{ Again = 'reset' }; $null = Invoke-ApicBoot Again")]
    [InlineData("$null = Restore-ApicMachine $c")]
    public void A_guest_that_starts_again_knows_nothing(string again)
    {
        Run($"New-ApicMachine 2 | Out-Null; $c = Checkpoint-ApicMachine; $null = Invoke-ApicBoot OvmfLarge; {again}; $null = New-ApicBoot L -Library Linux @{{ K = 'read Id' }}");

        Assert.Equal(["MMIO read 0x020: Value"], Texts("(Invoke-ApicBoot L).Access"));
        Assert.Equal(["XApic"], Texts("(Get-ApicVcpu 0).Mode"));
    }

    [Fact]
    public void The_trace_has_every_access_and_every_step_that_a_design_takes()
    {
        Run("$steps = Invoke-ApicBoot OvmfSmall SEC, PEI -Design A -World Mail -MachineName a");

        Assert.Equal(["a", "2"], Texts("(Get-ApicMachine).Name; (Get-ApicMachine).VcpuCount"));
        Assert.Equal(Texts("$steps.Access | ForEach-Object { \"$_\" }"), Texts("(Get-ApicTrace -Kind Access).Access | ForEach-Object { \"$_\" }"));

        // The first at the start, the other when the AP is created: then Alternate Injection is switched on for it.
        Assert.Equal(["Host a/0", "Host a/1"], Texts("(Get-ApicTrace -Kind Access).Access | Where-Object Origin -eq Host | ForEach-Object { \"$($_.Origin) $($_.Vcpu)\" }"));
        Assert.Equal(["X2Apic", "X2Apic"], Texts("(Get-ApicVcpu).Mode"));
        Assert.Equal(["0x10F"], Texts("'0x{0:X}' -f (Get-ApicView)[0].Guest | Out-Null; '0x{0:X}' -f (Get-ApicRegister Svr).Value"));
    }

    [Fact]
    public void A_fault_is_a_result_and_the_boot_goes_on()
    {
        EngineResult result = Run("Invoke-ApicBoot OvmfSmall SEC -Design None -World Mail");

        Assert.Empty(result.Errors);
        Assert.Equal(["None", "None", "Fault", "Fault", "Fault", "Fault"], result.Output.Select(item => $"{item.Properties["Problem"].Value}"));
        Assert.Equal(["X2MsrNeedsX2Mode"], Texts("(Invoke-ApicBoot OvmfSmall SEC)[0].Rule.Id"));
    }

    [Fact]
    public void What_comes_before_is_run_when_it_is_asked_for()
    {
        Run("New-ApicMachine 2 | Out-Null");

        Assert.Equal(["LinuxX2Apic"], Texts("(Invoke-ApicBoot LinuxX2Apic).Boot").Distinct());
        Assert.Equal(["OvmfSmall", "LinuxX2Apic"], Texts("(Invoke-ApicBoot LinuxX2Apic Timer -WithPrevious).Boot").Distinct());
        Assert.Equal(["SEC", "PEI", "DXE", "Timer"], Texts("(Invoke-ApicBoot LinuxX2Apic Timer -WithPrevious).Phase").Distinct());
    }

    [Fact]
    public void A_vCPU_that_a_step_plugs_in_has_a_handle()
    {
        Run("$null = New-ApicBoot Plug -VcpuCount 1 -Phase @{ Plug = 'hotplug', 'start v1', 'v1: read Id' }; $steps = Invoke-ApicBoot Plug -Design E -World Mail -MachineName e");

        Assert.Equal(["e/0", "e/1"], Texts("Get-ApicVcpu | ForEach-Object { \"$_\" }"));
        Assert.Equal(["e/1"], Texts("\"$($steps[-1].Vcpu)\""));
        Assert.Empty(Texts("$steps | Where-Object Succeeded -eq $false"));
    }

    [Fact]
    public void A_boot_that_is_not_there_runs_none_of_the_others()
    {
        Run("New-ApicMachine | Out-Null");

        Assert.Empty(Session.Run("Invoke-ApicBoot OvmfSmall, Nope, OvmfLarge").Output);
        Assert.Equal(["0"], Texts("@(Get-ApicTrace).Count"));
    }

    [Fact]
    public void A_file_of_boots_is_read_in_the_format_of_the_modules_own()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("mine.txt", """
            # of the session
            boot Mine 1 : mine
            phase SEC Ovmf : by hand
                include OvmfSmall SEC
                read Id                 # and more
            boot Next 1 after Mine : what follows
            phase Kernel Linux : by hand
                mode X2Apic
            """);
        Run("$boots = New-ApicBoot -Path $args[0]; New-ApicMachine | Out-Null", path);

        Assert.Equal(["Mine", "Next"], Texts("$boots.Name"));
        Assert.Equal(["5", "by hand", "Ovmf"], Texts("$boots[0].Step.Count; $boots[0].Phase[0].Source; $boots[0].Phase[0].Library"));
        Assert.Equal(["Mine", "Next"], Texts("(Invoke-ApicBoot Next -WithPrevious).Boot").Distinct());
        Assert.Equal(["Works"], Texts("(Compare-ApicDesign A -Boot Next -World Mail -NoCondition).Verdict"));
    }

    [Fact]
    public void A_boot_after_one_of_the_session_keeps_what_that_was()
    {
        Run("$null = New-ApicBoot First @{ SEC = 'read Id' }; $null = New-ApicBoot Second @{ SEC = 'read Tpr' } -After First; $null = New-ApicBoot First @{ SEC = 'read Ldr' }; New-ApicMachine | Out-Null");

        Assert.Equal(["read Id", "read Tpr"], Texts("(Invoke-ApicBoot Second -WithPrevious).Step"));
    }
}
