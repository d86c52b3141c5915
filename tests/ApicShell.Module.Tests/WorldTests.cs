using System;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Worlds, versions of parties and changes of one's own, and what they make of a comparison.</summary>
public sealed class WorldTests : ModuleTest
{
    // COCONUT-SVSM as it could be: an APIC for each processor, all vectors allowed, VGIF set.
    private const string Patched = "$null = New-ApicPartyVersion Svsm Patched -From Coconut @{ SvsmApic = 'EveryVcpu'; AllVectorsAllowed = $true; Vgif = 'SvsmForAps' } -Source 'my branch'";

    [Fact]
    public void A_world_has_one_version_of_each_party_and_today_is_meant_where_none_is_named()
    {
        Assert.Equal(["Today: Upstream Coconut Planes Planes LinuxSvsm Apm"],
            Texts("Get-ApicWorld Today | ForEach-Object { \"$($_): $($_.Edk2) $($_.Svsm) $($_.Kvm) $($_.Qemu) $($_.Guest) $($_.Specification)\" }"));
        Assert.Equal(["6"], Texts("(Get-ApicWorld | ForEach-Object { $_.Version.Count } | Select-Object -Unique)"));
        Assert.Equal(["Today", "Today", "Today"],
            Texts("(Compare-ApicDesign None -NoCondition).World; (Find-ApicDivergence None -MaxDepth 1).World; (New-ApicWorld Mine).Title -replace 'made from '"));
    }

    [Fact]
    public void No_design_works_alone_among_the_parties_of_today() => Assert.Equal(
        ["Fails"], Texts("(Compare-ApicDesign -NoCondition).Verdict | Select-Object -Unique"));

    [Fact]
    public void The_same_design_in_two_worlds_gives_a_row_of_each()
    {
        Run("$rows = Compare-ApicDesign C+AP, None -World Mail, Edk2 -NoCondition");

        Assert.Equal(["Mail C+AP Works", "Mail None Fails", "Edk2 C+AP Fails", "Edk2 None Fails"],
            Texts("$rows | ForEach-Object { \"$($_.World) $($_.Design) $($_.Verdict)\" }"));
        Assert.Equal(["SecSwitches ApsSwitchFirst; Edk2"], Texts("\"$($rows[0].Change); $($rows[0].Party)\""));
    }

    [Fact]
    public void A_version_that_is_made_in_a_line_changes_the_row()
    {
        Run($"{Patched}; $lab = New-ApicWorld Lab -From Shared -Svsm Patched; $null = New-ApicChange Routes Edk2 @{{ VcHandler = 'Proposal' }}");
        Run("$null = New-ApicDesign Mine -From C+AP -Change Routes");

        Assert.Equal(["Shared: Fails", "Lab: Works"], Texts("Compare-ApicDesign Mine -World Shared, $lab -NoCondition | ForEach-Object { \"$($_.World): $($_.Verdict)\" }"));
        Assert.Equal(["Patched", "Upstream"], Texts("$lab.Svsm; $lab.Edk2"));
    }

    [Fact]
    public void A_version_has_what_its_base_does_and_what_was_said_and_where()
    {
        Run($"{Patched}; $v = Get-ApicPartyVersion Patched; $base = Get-ApicPartyVersion Coconut; $mine = New-ApicPartyVersion Kvm Mine @{{ ApicScope = 'PerVmpl' }}");

        Assert.Equal(["True", "my branch", "Documented"], Texts("$v.Trait.Count -eq $base.Trait.Count + 1; $v.Trait[-1].Source; $v.Trait[-1].Grade"));
        // What nobody says where it was read counts as concluded, and rows say that they rest on it.
        Assert.Equal(["Inferred", "1"], Texts("$mine.Trait.Grade; @((New-ApicWorld L -Kvm Mine).Inferred -like 'Kvm Mine:*').Count"));
    }

    [Fact]
    public void A_condition_that_cannot_happen_is_marked_and_is_no_survival()
    {
        Run("$row = Compare-ApicDesign A -World Mail -Condition Reset, HotPlug; $null = New-ApicPartyVersion Qemu Own -From Mail -Excludes Reset -Source 'its manual'");
        Run("$other = Compare-ApicDesign A -World (New-ApicWorld Lab -From Mail -Qemu Own) -Condition Reset, HotPlug; $one = $other.Condition[0]");

        Assert.Equal(["RH", "xH"], Texts("$row.ConditionMarks -replace '[^RHx]'; $other.ConditionMarks -replace '[^RHx]'"));
        Assert.Equal(["Reset False True its manual", ""], Texts("\"$($one.Condition) $($one.Survives) $($one.IsExcluded) $($one.Exclusion -replace '.*[(](.*)[)]', '$1')\"; \"$($one.Exits)\""));
        Assert.Empty(Texts("$other.FailedCondition"));
    }

    [Fact]
    public void What_is_made_anew_takes_the_place_of_the_old_one_and_the_old_object_stays()
    {
        Run("$old = New-ApicWorld Mine -From Mail; $new = New-ApicWorld mine -From Edk2; $a = New-ApicChange One Svsm @{ SvsmSetup = $true }; $null = New-ApicChange one Kvm @{ ApicScope = 'PerVmpl' }");

        Assert.Equal(["1", "Upstream", "Mail"], Texts("@(Get-ApicWorld Mine).Count; (Get-ApicWorld Mine).Edk2; $old.Edk2"));
        Assert.Equal(["1", "Kvm", "Svsm"], Texts("@(Get-ApicChange One).Count; (Get-ApicChange One).Party; $a.Party"));
    }

    [Fact]
    public void Another_runspace_has_worlds_versions_and_changes_of_its_own()
    {
        Run("$null = New-ApicWorld Mine; $null = New-ApicPartyVersion Kvm Mine; $null = New-ApicChange Mine Svsm @{ SvsmSetup = $true }");
        using EngineSession other = EngineSession.WithModule();

        Assert.Empty(other.Run("Get-ApicWorld Mine*; Get-ApicPartyVersion Mine*; Get-ApicChange Mine*").NoErrors().Output);
    }

    [Fact]
    public void A_world_can_come_through_the_pipeline_and_be_given_as_an_object() => Assert.Equal(
        ["Mail", "Mail", "Mail"],
        Texts("$m = Get-ApicWorld Mail; (Compare-ApicDesign A -World $m -NoCondition).World; ($m | New-ApicWorld Mine).Guest; ($m | Find-ApicRemedy -Boot OvmfSmall).World"));

    [Fact]
    public void A_name_with_spaces_quotes_and_signs_is_one_name_everywhere()
    {
        const string name = "a 'b' $(throw 1); \"c\" `d";
        Run("$n = $args[0]; $null = New-ApicWorld $n -From Mail; $null = New-ApicPartyVersion Svsm $n -From Specification; $null = New-ApicChange $n Edk2 @{ Firmware = @{ SEC = 'read Id' } }", name);

        Assert.Equal([name, name, name], Texts("(Get-ApicWorld $n).Name; (Get-ApicPartyVersion $n).Name; (Get-ApicChange $n).Name"));
        Assert.Equal([name, "Works"], Texts("$row = Compare-ApicDesign A -World $n -NoCondition; $row.World; $row.Verdict"));

        // What is offered for it is one argument that stands for it, and nothing of it is run.
        foreach ((string line, string result) in new[] { ("Get-ApicWorld ", "Name"), ("New-ApicWorld x -Svsm ", "Svsm"), ("Get-ApicChange ", "Name") })
        {
            string offered = Session.Complete(line + "a").CompletionMatches.Single(match => match.ListItemText == name).CompletionText;
            Assert.Equal([name], Texts($"({line}{offered}).{result}"));
        }

        // A way that is found there runs as a script: the name stands in a comment.
        string script = Texts("(Find-ApicDivergence None -World $n).Script")[0];
        Assert.StartsWith($"# Design None in world {name}", script, StringComparison.Ordinal);
        Assert.Contains(name, Session.Render("Get-ApicWorld $n | Format-List Name"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_of_a_design_in_a_world_with_code_in_its_name_is_all_comment()
    {
        Run("$null = New-ApicWorld \"x'; throw 'ran' #\" -From Mail");

        string[] lines = Texts("(Find-ApicDivergence None -World (Get-ApicWorld x*)).Script")[0].Split('\n');

        Assert.DoesNotContain(lines, line => line.StartsWith("throw", StringComparison.Ordinal));
        Assert.StartsWith("# Design None in world x'; throw 'ran' #", lines[0], StringComparison.Ordinal);
    }
}
