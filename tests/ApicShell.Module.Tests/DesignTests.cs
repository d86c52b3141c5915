using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Designs of one's own, and the comparison.</summary>
public sealed class DesignTests : ModuleTest
{
    [Fact]
    public void A_design_is_its_base_with_the_knobs_that_were_turned()
    {
        Run("$d = New-ApicDesign Mine -From C -Title t -ResetMode X2Apic -OnActivation 'svsm setup' -SvsmTimer Svsm -Firmware @{ pei = @{ BeforeAps = 'aps: follow' } }");

        Assert.Equal(["Mine", "t", "", "X2Apic", "Kvm", "svsm setup", "Svsm", "", "False"],
            Texts("$d.Name; $d.Title; $d.For; $d.ResetMode; $d.ResetBy; $d.OnActivation; $d.SvsmTimer; \"$($d.VcHandler)\"; $d.AmendsFigure"));
        Assert.Equal(["SEC: first when ai mode X2Apic", "PEI: before its APs aps: follow"], Texts("$d.Firmware"));
        Assert.Equal(["A"], Texts("New-ApicDesign A2 -From (Get-ApicDesign A) | Out-Null; (Get-ApicDesign A).Name"));
        Assert.Equal(["host mode X2Apic"], Texts("(Get-ApicDesign A2).OnActivation"));
        Assert.Empty(Texts("(New-ApicDesign A3 -From A -OnActivation @()).OnActivation"));
    }

    [Fact]
    public void A_script_block_runs_once_and_gets_the_design_so_far()
    {
        Run("$script:runs = 0; $d = New-ApicDesign Mine -From A -ResetMode XApic { $script:runs++; \"$($_.Name) $($_.ResetMode) $($args[0].OnActivation)\" | Out-Null; $script:seen = \"$_ $($_.ResetMode) $($args[0].OnActivation)\"; 'svsm setup'; @{ ResetBy = 'Host' } }");

        Assert.Equal(["1", "Mine XApic host mode X2Apic"], Texts("$script:runs; $script:seen"));
        Assert.Equal(["host mode X2Apic", "svsm setup", "Host"], Texts("$d.OnActivation; $d.ResetBy"));
        Run("$null = Compare-ApicDesign Mine -World Mail -NoCondition");
        Assert.Equal(["1"], Texts("$script:runs"));
    }

    [Fact]
    public void Steps_of_a_boot_and_changes_of_a_design_can_be_given_on()
    {
        Run("$d = New-ApicDesign Mine -Firmware @{ SEC = @{ Instead = (Get-ApicBoot OvmfSmall).Phase[0].Step } }; $e = New-ApicDesign Other -Firmware $d.Firmware");

        Assert.Equal(Texts("(Get-ApicBoot OvmfSmall).Phase[0].Step.Text"), Texts("$e.Firmware[0].Instead"));
        Assert.Equal(["Fails"], Texts("(Compare-ApicDesign Other -World Mail -NoCondition).Verdict"));
    }

    [Fact]
    public void A_design_of_the_session_can_be_made_anew_and_an_old_one_stays_as_it_was()
    {
        Run("$old = New-ApicDesign Mine -From A; $new = New-ApicDesign mine -From B");

        Assert.Equal(["1", "X2Apic"], Texts("@(Get-ApicDesign Mine).Count; (Get-ApicDesign Mine).ResetMode"));
        Assert.Equal(["host mode X2Apic", ""], Texts("$old.OnActivation; \"$($old.ResetMode)\""));
    }

    [Fact]
    public void Another_runspace_has_designs_and_boots_of_its_own()
    {
        Run("$null = New-ApicDesign Mine; $null = New-ApicBoot Own @{ SEC = 'read Id' }");
        using EngineSession other = EngineSession.WithModule();

        Assert.Empty(other.Run("Get-ApicDesign Mine*; Get-ApicBoot Own*").NoErrors().Output);
    }

    [Fact]
    public void An_error_of_one_design_does_not_stop_the_others()
    {
        Run("$null = New-ApicBoot Own @{ Odd = 'read Id' }; $null = New-ApicDesign Mine -Firmware @{ Odd = 'read Id' }");

        EngineResult result = Session.Run("Compare-ApicDesign Nope, A, Mine, E -World Mail -NoCondition");

        Assert.Equal(["A", "E"], result.Output.Select(item => $"{item.Properties["Design"].Value}"));
        Assert.Equal(["DesignNotFound", "DesignInvalid"], result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
    }

    [Fact]
    public void A_row_is_explained_by_its_steps_and_its_machine()
    {
        Run("$null = New-ApicMachine -Name mine; $row = Compare-ApicDesign None -World Mail -NoCondition; $wrong = @($row.Step | Where-Object Succeeded -eq $false)[0]");

        Assert.Equal(["Fails", "Fault", "#GP(0)"], Texts("$row.Verdict; $wrong.Problem; if ($wrong.Description -like '*#GP(0)*') { '#GP(0)' }"));
        Assert.Equal(["1", "2147484429"], Texts("$wrong.Access[-1].ExitInfo1; $wrong.Access[-1].ExitInfo2"));
        Assert.Equal(["GhcbExit"], Texts("@(Get-ApicTrace $row.Machine -Kind GhcbExit)[0].Kind"));
        Assert.Equal(["mine"], Texts("(Get-ApicMachine).Name"));
        Assert.Equal(["2", "XApic"], Texts("$row.Machine.VcpuCount; (Get-ApicBase $row.Machine.Vcpu[0]).Mode"));
    }

    [Fact]
    public void Conditions_are_tried_as_they_are_asked_for()
    {
        Run("$row = Compare-ApicDesign E -World Mail -Condition ApicPerVmpl, Init");

        Assert.Equal(["Init:True", "ApicPerVmpl:False"], Texts("$row.Condition | ForEach-Object { \"$($_.Condition):$($_.Survives)\" }"));
        Assert.Equal(["ApicPerVmpl", "Fragile"], Texts("$row.FailedCondition; $row.Verdict"));
        Assert.Equal(["SEC"], Texts("@($row.Condition[1].Step | Where-Object Succeeded -eq $false)[0].Phase"));
        Assert.Equal(["Works"], Texts("(Compare-ApicDesign E -World Mail -NoCondition).Verdict"));
        Assert.Equal(["Fails"], Texts("(Compare-ApicDesign E -World Mail -NoCondition -ApicScope PerVmpl).Verdict"));
        Assert.Equal(["Svsm"], Texts("@((Compare-ApicDesign A -World Mail -NoCondition -SvsmTimer Svsm).Step | Where-Object Step -like '*LvtTimer*')[0].Access[-1].AnsweredBy"));
    }

    [Fact]
    public void A_recorded_trace_stands_in_the_place_of_a_boot()
    {
        Run("$trace = Import-ApicTrace $args[0] -Kind RegisterRead, RegisterWrite -First 200", SampleFiles.RecordedBoot);

        Assert.Equal(["None:Fails", "A:Works", "C:Works"], Texts("Compare-ApicDesign None, A, C -World Mail -Trace $trace -NoCondition | ForEach-Object { \"$($_.Design):$($_.Verdict)\" }"));
        Assert.Equal(["SEC PEI DXE Trace"], Texts("\"$((Compare-ApicDesign A -World Mail -Trace $trace -NoCondition).Boot.Phase)\""));
        Assert.Equal(["Rec"], Texts("($trace | New-ApicBoot Rec).Name"));
        Assert.Equal(["200"], Texts("(Compare-ApicDesign A -World Mail -Boot Rec -NoCondition).AccessCount"));
    }

    [Fact]
    public void A_trace_with_IPIs_says_what_it_leaves_out() => Assert.Contains(
        "1 access was left out",
        Assert.Single(Run("$null = Import-ApicTrace -Text 'apic_mem_writel 0x300 = 0x44040', 'apic_mem_readl 0x20 = 0x0' | New-ApicBoot Mine").Warnings),
        StringComparison.Ordinal);

    [Fact]
    public void The_topic_has_every_step_as_the_grammar_has_it()
    {
        Type grammar = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => assembly.GetName().Name == "ApicShell.Core").GetType("ApicShell.Firmware.StepGrammar", throwOnError: true)!;
        var forms = (IEnumerable)grammar.GetProperty("Forms")!.GetValue(null)!;
        string text = File.ReadAllText(Path.Combine(BuildPaths.ModuleLayout, "en-US", "about_ApicDesigns.help.txt"));
        string[] lines = [.. text.Split('\n').Select(line => line.TrimEnd())];
        int count = 0;
        foreach (object form in forms)
        {
            string usage = (string)grammar.GetMethod("Usage")!.Invoke(null, [form])!;
            string summary = (string)form.GetType().GetProperty("Summary")!.GetValue(form)!;
            int at = Array.IndexOf(lines, $"        {usage}");
            Assert.True(at >= 0, $"The topic lacks '{usage}'.");
            IEnumerable<string> below = lines.Skip(at + 1).TakeWhile(line => line.StartsWith("            ", StringComparison.Ordinal));
            Assert.Equal(summary, string.Join(' ', below.Select(line => line.Trim())));
            count++;
        }

        Assert.InRange(count, 30, 1000);
    }

    [Fact]
    public void Knobs_are_parameters_properties_and_help_as_the_table_has_them()
    {
        CmdletInfo command = Cmdlets().Single(one => one.Name == "New-ApicDesign");
        Type design = ModuleAssembly.GetType("ApicShell.ApicDesign", throwOnError: true)!;
        string[] topic = [.. File.ReadAllText(Path.Combine(BuildPaths.ModuleLayout, "en-US", "about_ApicDesigns.help.txt")).Split('\n').Select(line => line.TrimEnd())];
        string[] others = ["Name", "ScriptBlock", "From", "Change", "WhatIf", "Confirm"];

        Assert.Equal(
            command.Parameters.Keys.Except(Cmdlet.CommonParameters).Except(others).Order(), Knobs().Select(knob => Value<string>(knob, "Name")).Order());
        Assert.All(Knobs(), knob =>
        {
            (string name, string effect, Type type) = (Value<string>(knob, "Name"), Value<string>(knob, "Effect"), Value<Type>(knob, "Type"));
            Type bare = Nullable.GetUnderlyingType(type) ?? type;
            Assert.Equal(
                type == typeof(bool) ? typeof(SwitchParameter) : bare.IsEnum || bare == typeof(string) || bare == typeof(bool) ? bare : typeof(object),
                command.Parameters[name].ParameterType.GetElementType() ?? command.Parameters[name].ParameterType);
            Assert.NotNull(design.GetProperty(name));
            Assert.StartsWith(effect, Texts("(Get-Help New-ApicDesign -Parameter $args[0]).description[0].Text", name)[0].ReplaceLineEndings(" "), StringComparison.Ordinal);
            Assert.Empty(Value<IEnumerable<string>>(knob, "Values")
                .Except(Session.Complete($"New-ApicDesign x -{name} ").CompletionMatches.Select(match => match.CompletionText)));

            string parties = string.Join(", ", Value<IEnumerable>(knob, "Parties").Cast<object>());
            if (parties.Length != 0)
            {
                int at = Array.IndexOf(topic, $"        {name} ({parties})");
                Assert.True(at >= 0, $"The topic lacks '{name} ({parties})'.");
                IEnumerable<string> below = topic.Skip(at + 1).TakeWhile(line => line.StartsWith("            ", StringComparison.Ordinal));
                Assert.Equal(effect, string.Join(' ', below.Select(line => line.Trim())));
            }
        });
    }

    /// <summary>What a party does shows in the commands of a script; what a specification says does not, for nothing is done at a machine.</summary>
    [Fact]
    public void A_knob_that_is_turned_changes_the_view_and_the_script()
    {
        var turns = new Dictionary<string, string>
        {
            ["VcHandler"] = "Split",
            ["ResetMode"] = "XApic",
            ["ResetBy"] = "Host",
            ["OnActivation"] = "'svsm setup'",
            ["SvsmSetup"] = "$false",
            ["SvsmApic"] = "EveryVcpu",
            ["AllVectorsAllowed"] = "$true",
            ["Vgif"] = "Firmware",
            ["ApicScope"] = "PerVmpl",
            ["HypervisorFeature"] = "'Usual, Tio'",
            ["HypervisorBehavior"] = "LeavesApicAtCreation",
            ["SvsmTimer"] = "Svsm",
            ["SvsmBehavior"] = "Vector31NotHandedOff",
            ["Firmware"] = "@{ SEC = 'read Id' }",
            ["AmendsFigure"] = "",
        };
        Run("""
            $null = New-ApicDesign Base -ResetMode X2Apic
            function Describe($design) {
                $found = Find-ApicDivergence $design -World Shared -Boot OvmfSmall -After PEI -VcpuCount 2 -Alphabet @() -Step 'rdmsr 0x8FF' -Property Answered -WarningAction Ignore
                "$($design.Change)"
                "$($found.Found)"
                $found.Script -split "`n" -notmatch '^#' -join "`n"
            }
            """);
        IReadOnlyList<string> unturned = Texts("Describe (Get-ApicDesign Base)");

        Assert.Equal(Knobs().Where(knob => Value<IEnumerable>(knob, "Parties").Cast<object>().Any()).Select(knob => Value<string>(knob, "Name")).Order(), turns.Keys.Order());
        Assert.All(turns, turn =>
        {
            IReadOnlyList<string> turned = Texts($"Describe (New-ApicDesign Turned -From Base -{turn.Key} {turn.Value})");
            Assert.NotEqual(unturned[0], turned[0]);
            Assert.Equal("True", turned[1]);
            Assert.Equal(turn.Key == "AmendsFigure", unturned[2] == turned[2]);
        });
    }

    [Fact]
    public void The_topic_names_every_condition_and_verdict()
    {
        string text = File.ReadAllText(Path.Combine(BuildPaths.ModuleLayout, "en-US", "about_ApicDesigns.help.txt"));
        string[] names = [.. Texts("[Enum]::GetNames([ApicShell.Firmware.DesignCondition]); [Enum]::GetNames([ApicShell.Firmware.DesignVerdict])")];

        Assert.All(names, name => Assert.Matches($"(?m)^ +{name}( |\r?$)", text));
    }

    private static IReadOnlyList<object> Knobs()
    {
        Type table = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => assembly.GetName().Name == "ApicShell.Core").GetType("ApicShell.Firmware.DesignKnob", throwOnError: true)!;

        // A world and changes are no knobs that a user turns.
        return [.. ((IEnumerable)table.GetProperty("All")!.GetValue(null)!).Cast<object>().Where(knob => Value<string>(knob, "Name") is not ("World" or "Changes"))];
    }

    private static T Value<T>(object knob, string property) => (T)knob.GetType().GetProperty(property)!.GetValue(knob)!;
}
