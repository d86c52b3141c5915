using System;
using System.Linq;
using System.Threading.Tasks;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Runspaces: each has its own machines, and a handle works in all of them.</summary>
public sealed class RunspaceTests : ModuleTest
{
    [Fact]
    public void Runspaces_do_not_see_each_others_machines()
    {
        using EngineSession other = EngineSession.WithModule();
        Run("New-ApicMachine -Name mine | Out-Null");

        Assert.Empty(other.Run("Get-ApicMachine").NoErrors().Output);
        Assert.StartsWith("NoMachine,", other.Run("Get-ApicBase").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        other.Run("New-ApicMachine -Name mine | Out-Null; Set-ApicBase -Mode X2Apic").NoErrors();

        Assert.Equal(["mine XApic"], Texts("\"$(Get-ApicMachine) $((Get-ApicBase).Mode)\""));
    }

    [Fact]
    public void A_machine_is_not_completed_in_another_runspace()
    {
        using EngineSession other = EngineSession.WithModule();
        Run("New-ApicMachine -Name mine | Out-Null");

        Assert.Contains(Session.Complete("Get-ApicMachine mi").CompletionMatches, match => match.CompletionText == "mine");
        Assert.DoesNotContain(other.Complete("Get-ApicMachine mi").CompletionMatches, match => match.CompletionText == "mine");
    }

    [Fact]
    public void A_handle_works_in_another_runspace()
    {
        using EngineSession other = EngineSession.WithModule();
        object vcpu = Run("New-ApicMachine 2 -Name mine | Out-Null; Get-ApicVcpu 1").Output[0];

        other.Run("Set-ApicBase $args[0] -Mode X2Apic; $args[0] | Write-ApicMsr Tpr 0x20", vcpu).NoErrors();

        Assert.Equal(["X2Apic", "32"], Texts("$v = Get-ApicVcpu 1; $v.Mode; Read-ApicMsr $v Tpr -Raw"));
        Assert.Empty(other.Run("Get-ApicMachine").NoErrors().Output);
        Assert.Equal("mine", $"{other.Run("($args[0].Machine | Get-ApicTrace -Last 1).Machine", vcpu).NoErrors().Output.Single()}");
    }

    [Fact]
    public void A_machine_that_another_runspace_removes_is_gone_from_its_own()
    {
        using EngineSession other = EngineSession.WithModule();
        object machine = Run("New-ApicMachine -Name before | Out-Null; New-ApicMachine -Name mine").Output[0];

        other.Run("Remove-ApicMachine $args[0]", machine).NoErrors();

        Assert.Equal(["before", "True"], Texts("(Get-ApicMachine).Name; (Get-ApicMachine).IsCurrent"));
        Assert.Equal("before", $"{Run("(Get-ApicVcpu).Machine").Output[0]}");
        Assert.StartsWith("MachineNotFound,", Session.Run("Get-ApicMachine mine").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("MachineRemoved,", Session.Run("Remove-ApicMachine $args[0]", machine).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(Session.Complete("Get-ApicMachine mi").CompletionMatches, match => match.CompletionText == "mine");
        Assert.Equal(["mine"], Texts("(New-ApicMachine -Name mine).Name"));
    }

    [Fact]
    public void A_handle_of_a_closed_runspace_works_on()
    {
        // Of no pool, so that it is closed.
        using EngineSession other = EngineSession.WithModule(BuildPaths.ModuleLayout);
        object vcpu = other.Run("New-ApicVcpu").NoErrors().Output[0];

        other.Dispose();

        Assert.Equal(["XApic"], Texts("(Get-ApicBase $args[0]).Mode", vcpu));
    }

    [Fact]
    public async Task Four_threads_on_one_machine_neither_fail_nor_disturb_each_other()
    {
        const int rounds = 300;
        // A register each of the same vCPU, and all 32 bits of it are stored.
        string[] registers = ["TimerInitial", "Tpr", "LvtError", "LvtLint0"];
        object vcpu = Run("New-ApicMachine -Name m | Out-Null; Clear-ApicTrace; Write-ApicMmio Svr 0x1FF; Get-ApicVcpu").Output[0];

        EngineResult[] results = await Task.WhenAll(registers.Select((register, index) => Task.Run(() =>
        {
            using EngineSession session = EngineSession.WithModule();
            return session.Run(
                """
                $vcpu, $register, $rounds = $args
                for ($i = 1; $i -le $rounds; $i++) {
                    $value = 16 + $i % 200
                    Write-ApicMmio $vcpu $register $value
                    $read = Read-ApicMmio $vcpu $register -Raw
                    if ($read -ne $value) { "wrote $value and read $read" }
                    if ($i % 50 -eq 0) {
                        $null = Get-ApicRegister $vcpu
                        $null = Get-ApicView $vcpu
                        $null = Get-ApicTrace $vcpu.Machine -Last 10
                    }
                }
                """,
                vcpu,
                register,
                rounds);
        })));

        Assert.All(results, result => Assert.Empty(result.NoErrors().Output));
        // None was lost: each access has a number of its own, and those are all the numbers that there are.
        string last = Texts("(Get-ApicTrace -Last 1).AccessNumber")[0];
        Assert.Equal($"{1 + (2 * rounds * registers.Length)}", last);
    }

    [Fact]
    public async Task Machines_made_in_parallel_have_names_of_their_own_runspace()
    {
        string[][] names = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using EngineSession session = EngineSession.WithModule();
            return session.Run("1..20 | ForEach-Object { (New-ApicMachine).Name }").NoErrors().Output.Select(item => $"{item}").ToArray();
        })));

        Assert.All(names, own => Assert.Equal(Enumerable.Range(1, 20).Select(i => $"M{i}"), own));
    }
}
