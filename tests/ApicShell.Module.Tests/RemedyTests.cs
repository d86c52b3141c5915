using System;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Find-ApicRemedy as a user sees it. In the world of the mail, whose sets are few.</summary>
public sealed class RemedyTests : ModuleTest
{
    [Fact]
    public void The_smallest_sets_are_found_with_who_makes_them_and_why_each_is_needed()
    {
        Run("$found = Find-ApicRemedy Mail -Only Edk2 -MustAgree -MustBeDrawn; $one = $found.Remedy[0]");

        Assert.Equal(["SecSwitches + ApsSwitchFirst SecSwitches + HandlerSplits", "1 Edk2 2", "True True", "True"],
            Texts("\"$($found.Remedy)\"; \"$($one.Number) $($one.Party) $($one.Cost)\"; \"$($one.Agrees) $($one.IsDrawn)\"; $found.IsComplete"));
        Assert.Equal(["SecSwitches", "ApsSwitchFirst"], Texts("$one.Without").Select(line => line.Split(':')[0]));
        Assert.All(Texts("$one.Without"), line => Assert.Contains("#GP(0)", line, StringComparison.Ordinal));
        // Each step of the boot is there, and the machine as it left it.
        Assert.Equal(["X2Apic", "True"], Texts("(Get-ApicBase $one.Machine.Vcpu[1]).Mode; $one.Step.Count -gt 50"));
    }

    [Fact]
    public void A_remedy_is_a_design_for_every_other_command()
    {
        Run("$design = (Find-ApicRemedy Mail OvmfSmall -Only Edk2 -MustAgree).Remedy[0].Design");

        Assert.Equal(["Works", "SecSwitches ApsSwitchFirst"], Texts("$row = Compare-ApicDesign $design -World Mail -NoCondition; $row.Verdict; \"$($row.Change)\""));
        Assert.Equal(["none up to depth 3"], Texts("(Find-ApicDivergence $design -World Mail -After SEC -MaxDepth 3).Verdict"));
        Assert.Empty(Texts("Invoke-ApicBoot OvmfSmall -Design $design -World Mail | Where-Object Succeeded -eq $false"));
    }

    [Fact]
    public void Every_set_is_decided_and_none_is_counted_twice()
    {
        string[] lines = [.. Texts("""
            $found = Find-ApicRemedy Mail OvmfSmall
            "$($found.IsComplete) $($found.Failing + $found.Covered + $found.Remedy.Count -eq $found.Sets)"
            "$($found.Runs -lt $found.Sets)"
            "$(@($found.Remedy.Change.Count | Where-Object { $_ -lt 1 }).Count)"
            "$(($found.Family | ForEach-Object { $_.Count } | Measure-Object -Sum).Sum -eq $found.Remedy.Count)"
            """)];

        Assert.Equal(["True True", "True", "0", "True"], lines);
    }

    [Theory]
    [InlineData("-Refuse Edk2, Kvm", "$_.Party -contains 'Edk2' -or $_.Party -contains 'Kvm'")]
    [InlineData("-Only Svsm, Specification", "$_.Party -notcontains 'Svsm'")]
    [InlineData("-Only Edk2, Qemu -Refuse Qemu", "$_.Party -ne 'Edk2'")]
    [InlineData("-ExcludeChange Kvm*, Qemu*", "$_.Change -like 'Kvm*' -or $_.Change -like 'Qemu*'")]
    [InlineData("-Change Svsm*, SecSwitches, ApsSwitchFirst", "$_.Change -notlike 'Svsm*' -notmatch 'SecSwitches|ApsSwitchFirst'")]
    public void Who_refuses_and_what_is_left_out_is_in_no_remedy(string options, string wrong)
    {
        Run($"$found = Find-ApicRemedy Mail OvmfSmall {options}");

        Assert.NotEmpty(Texts("$found.Remedy"));
        Assert.Empty(Texts($"$found.Remedy | Where-Object {{ {wrong} }}"));
        Assert.True(Texts("$found.Tried").Count < Texts("(Find-ApicRemedy Mail OvmfSmall).Tried").Count);
    }

    [Fact]
    public void Where_everybody_refuses_nothing_is_found_and_it_says_so() => Assert.Equal(
        ["no set works: the one set of 0 changes is decided, by 1 run"],
        Texts("(Find-ApicRemedy Mail OvmfSmall -Refuse Edk2, Svsm, Kvm, Qemu, Guest, Specification).Verdict"));

    [Fact]
    public void Costs_put_the_cheapest_first_and_change_no_set()
    {
        Run("$same = Find-ApicRemedy Mail OvmfSmall; $dear = Find-ApicRemedy Mail OvmfSmall -Cost @{ Kvm = 5; Svsm = 5; qemu = 5; Edk2 = 0.25 }");

        Assert.Equal(["1", "True"], Texts("$same.Remedy[0].Cost; @($same.Remedy | Where-Object Cost -eq 1).Party -contains 'Kvm'"));
        Assert.Equal(["Edk2 0.25", "Edk2 0.5"], Texts("$dear.Remedy[0, 1] | ForEach-Object { \"$($_.Party) $($_.Cost)\" }"));
        Assert.Equal(Texts("$dear.Remedy.Cost"), Texts("$dear.Remedy.Cost | Sort-Object"));
        Assert.Equal(Texts("$same.Remedy | ForEach-Object { \"$_\" } | Sort-Object"), Texts("$dear.Remedy | ForEach-Object { \"$_\" } | Sort-Object"));
        Assert.Equal(["1", "2"], Texts("$dear.Remedy[0, 1].Number"));
    }

    [Fact]
    public void What_must_hold_beside_the_boot_leaves_fewer()
    {
        string[] counts = [.. Texts("""
            $all = Find-ApicRemedy Mail OvmfSmall
            $drawn = Find-ApicRemedy Mail OvmfSmall -MustBeDrawn
            $perVmpl = Find-ApicRemedy Mail OvmfSmall -Condition ApicPerVmpl
            "$(@($all.Remedy | Where-Object IsDrawn -eq $false).Count -gt 0) $(@($drawn.Remedy | Where-Object IsDrawn -eq $false).Count)"
            "$('SvsmSetsUp' -in ($all.Remedy | ForEach-Object { "$_" })) $('SvsmSetsUp' -in ($perVmpl.Remedy | ForEach-Object { "$_" }))"
            $perVmpl.MustHold
            """)];

        Assert.Equal(["True 0", "True False", "boot OvmfSmall with 2 vCPUs, to its end, ApicPerVmpl"], counts);
    }

    [Fact]
    public void A_change_of_the_session_is_tried_like_any_other()
    {
        Run("$null = New-ApicChange MySvsm Svsm @{ SvsmSetup = $true; SvsmTimer = 'Svsm' } -Title 'one patch'; $found = Find-ApicRemedy Mail OvmfSmall -Only Svsm");

        Assert.Contains("MySvsm", Texts("$found.Tried"));
        Assert.Contains("MySvsm", Texts("$found.Remedy | ForEach-Object { \"$_\" }"));
        // The two turn the timer's knob differently or alike with the catalogue's: never are they made together where they differ.
        Assert.Equal(["ChangesConflict"], Session.Run("New-ApicDesign Both -Change MySvsm, SvsmTimer").Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Fact]
    public void A_world_in_which_it_works_needs_nothing()
    {
        Run("$null = New-ApicPartyVersion Svsm Sets -From Specification @{ SvsmSetup = $true }; $found = New-ApicWorld Lab -From Mail -Svsm Sets | Find-ApicRemedy -Boot OvmfSmall");

        Assert.Equal(["nothing", "0"], Texts("\"$($found.Remedy)\"; $found.Remedy[0].Cost"));
        Assert.StartsWith("it works as it stands: ", Texts("$found.Verdict")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_of_nothing_gives_a_result_that_says_so() => Assert.Equal(
        ["False 0", "stopped after 0 runs: no set is decided"],
        Texts("$found = Find-ApicRemedy -TimeLimit 0; \"$($found.IsComplete) $($found.Remedy.Count)\"; $found.Verdict"));

    [Fact]
    public void Worlds_come_one_after_another_and_a_wrong_one_does_not_end_it()
    {
        EngineResult result = Session.Run("'Mail', 'Nope', 'Edk2' | Find-ApicRemedy -Boot OvmfSmall -Only Edk2 -TimeLimit 5");

        Assert.Equal(["Mail", "Edk2"], result.Output.Select(one => $"{one.Properties["World"].Value}"));
        Assert.StartsWith("WorldNotFound,", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }
}
