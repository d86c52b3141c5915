using Xunit;

namespace ApicShell.Tests;

/// <summary>Handles show the present; everything else is a snapshot. And which machine is the current one.</summary>
public sealed class HandleTests : ModuleTest
{
    [Fact]
    public void A_vCPU_shows_the_present() => Assert.Equal(
        ["XApic", "X2Apic", "True"],
        Texts("""
            $v = New-ApicVcpu -Platform SevSnp
            $v.Mode; Set-ApicBase -Mode X2Apic; $v.Mode; Enable-ApicAlternateInjection; $v.AlternateInjection
            """));

    [Fact]
    public void A_machine_shows_the_present() => Assert.Equal(
        ["1", "3", "False", "True"],
        Texts("""
            $m = New-ApicMachine; $m.VcpuCount; $null = New-ApicVcpu 2 -Machine $m; $m.VcpuCount
            $m.IsRemoved; Remove-ApicMachine; $m.IsRemoved
            """));

    [Fact]
    public void On_a_thread_without_a_session_no_machine_is_the_current_one() => Assert.Equal(
        ["True", "False"],
        Texts("""
            $machine = New-ApicMachine; $machine.IsCurrent
            $ask = [Delegate]::CreateDelegate([Func[bool]], $machine, $machine.GetType().GetProperty('IsCurrent').GetGetMethod())
            [Threading.Tasks.Task]::Run($ask).Result
            """));

    [Theory]
    [InlineData("Get-ApicBase", "Value")]
    [InlineData("Get-ApicRegister ApicBase", "Value")]
    [InlineData("Test-ApicBase -Mode X2Apic", "Current")]
    [InlineData("Read-ApicMsr ApicBase", "Value")]
    [InlineData("(Get-ApicView)[0]", "Hypervisor")]
    [InlineData("Get-ApicAlternateInjection", "HypervisorMode")]
    [InlineData("@(Read-ApicMsr ApicBase; Get-ApicTrace -Last 1)[1].Access", "Value")]
    public void What_is_no_handle_is_a_snapshot(string command, string property)
    {
        Run($"New-ApicMachine -Platform SevSnp | Out-Null; $snapshot = {command}");
        string before = Texts($"$snapshot.{property}")[0];

        Run("Set-ApicBase -Mode X2Apic");

        Assert.Equal([before], Texts($"$snapshot.{property}"));
        Assert.NotEqual([before], Texts($"({command}).{property}"));
    }

    [Fact]
    public void The_newest_machine_is_the_current_one() => Assert.Equal(
        ["b", "a"],
        Texts("""
            New-ApicMachine -Name a | Out-Null; New-ApicMachine -Name b | Out-Null
            (Get-ApicBase).Vcpu.Machine; Remove-ApicMachine b; (Get-ApicBase).Vcpu.Machine
            """));

    [Fact]
    public void New_vCPUs_without_a_machine_make_a_new_one() => Assert.Equal(
        ["M1/0", "M2/0", "M2/1"],
        Texts("New-ApicVcpu; New-ApicVcpu 2"));

    [Fact]
    public void The_default_machine_is_what_the_design_says()
    {
        Run("$m = New-ApicMachine");

        Assert.Equal(
            ["1", "Kvm", "Native", "True", "48", "XApic", "4276095232"],
            Texts("$m.VcpuCount; $m.Model; $m.Platform; $m.OffersX2Apic; $m.PhysicalAddressBits; $m.ResetMode; $m.Vcpu[0].ApicBase"));
    }

    [Theory]
    [InlineData("Write-ApicMsr ApicBase 0xFEE00D00")]
    [InlineData("Set-ApicBase -Mode X2Apic")]
    [InlineData("Reset-ApicVcpu")]
    [InlineData("Reset-ApicVcpu -Init")]
    [InlineData("Set-ApicVcpu -InterruptsEnabled $true")]
    [InlineData("Complete-ApicInterrupt -WarningAction Ignore")]
    [InlineData("Enable-ApicAlternateInjection")]
    [InlineData("Disable-ApicAlternateInjection")]
    public void A_changer_gives_nothing_unless_asked_to_pass_the_vCPU_on(string command)
    {
        Run("New-ApicMachine -Name m -Platform SevSnp | Out-Null");

        Assert.Empty(Run(command).Output);
        Assert.Equal(["m/0"], Texts($"{command} -PassThru"));
    }

    [Fact]
    public void A_write_passes_its_vCPU_on_only_where_it_succeeded() => Assert.Equal(
        "m/1",
        Assert.Single(Session.Run("""
            New-ApicMachine 2 -Name m | Out-Null
            Set-ApicBase (Get-ApicVcpu 1) -Mode X2Apic
            Get-ApicVcpu | Write-ApicMsr Tpr 0x20 -PassThru
            """).Output).ToString());

    [Fact]
    public void A_comparison_with_a_hexadecimal_number_needs_its_L() =>
        Assert.Equal(["True"], Texts("New-ApicMachine | Out-Null; (Get-ApicBase).Value -eq 0xFEE00900L"));
}
