using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ApicShell.Architecture;
using ApicShell.Campaigns;
using ApicShell.Emulation;
using ApicShell.Scripts;
using ApicShell.Serialization;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Campaigns of two emulators of which one has a fault.</summary>
public class CampaignTests
{
    private static readonly CampaignMachine s_whole = new("whole", Machines.Emulated);
    private static readonly CampaignMachine s_noNmi = Faulty(command => command.Kind == CommandKind.Nmi ? new(CommandKind.Nmi, 0) : command);
    private static readonly CampaignMachine s_noLint0 = new("no LINT0", (traits, ids) => Machines.Emulated(traits with { Quirks = traits.Quirks & ~KvmQuirks.Lint0Reenabled }, ids));

    [Fact]
    public void Machines_that_are_the_same_do_not_differ()
    {
        CampaignState state = Run(s_whole, 500);
        Assert.Equal((500, 0), (state.Scripts, state.Different));
        Assert.Empty(state.Findings);
    }

    [Fact]
    public void A_quirk_is_found_by_the_shortest_script_there_is()
    {
        CampaignState state = Run(s_noLint0, 40);
        CampaignFinding finding = state.Findings[0];
        Assert.Equal(["lapic 0"], finding.Script);
        Assert.Equal(["350"], finding.Fields);
        Assert.Contains("\"350\":\"0x700\"", finding.First, StringComparison.Ordinal);
        Assert.Contains("\"350\":\"0x10000\"", finding.Second, StringComparison.Ordinal);
        Assert.True(finding.IsNew && finding.Count > 10 && state.Different >= finding.Count);
    }

    /// <summary>vCPU 0 gets the NMIs of the others: two vCPUs are needed, a run, and a look.</summary>
    [Fact]
    public void What_needs_two_vCPUs_keeps_two()
    {
        CampaignFinding finding = Run(s_noNmi, 60).Findings.First(one => one.Fields.SequenceEqual(["log"]));
        Assert.Equal(["vcpus 2", "nmi 1"], finding.Script.Take(2));
        Assert.Equal(4, finding.Script.Count);
        Assert.StartsWith("log ", finding.Operation, StringComparison.Ordinal);
    }

    /// <summary>One bit of one value is wrong: the value shrinks to that bit.</summary>
    [Fact]
    public void Values_become_as_plain_as_they_can_be()
    {
        CampaignMachine faulty = Faulty(command => command is { Kind: CommandKind.Access, Access: { Register: ApicRegister.LvtPerf, IsWrite: true, Kind: AccessKind.Mmio } access }
            ? new(command.Vcpu, Access.WriteMmio(access.Address, access.Value & ~0x400UL, access.Size))
            : command);
        CampaignFinding finding = Run(faulty, 200).Findings.First(one => one.Operation == "lapic 0");
        Assert.Equal(["mmiow 0 0x340 0x400", "lapic 0"], finding.Script);
        Assert.Equal(["340"], finding.Fields);
    }

    [Fact]
    public void Another_model_is_found_out_at_once() =>
        Assert.NotEmpty(Run(new("Intel", (traits, ids) => Machines.Emulated(traits with { Model = ApicModel.Intel }, ids)), 3).Findings);

    [Fact]
    public void The_shrunk_script_shows_the_difference_and_no_operation_can_go()
    {
        foreach (CampaignFinding finding in Run(s_noNmi, 100).Findings)
        {
            ScriptDifference difference = ScriptDifference.Find(ApicScript.Parse(finding.Script), s_whole, s_noNmi)!;
            Assert.Equal((finding.Script.Count - 1, finding.First, finding.Second), (difference.Index, difference.First, difference.Second));
            for (int left = 0; left < finding.Script.Count; left++)
            {
                Assert.False(StillDiffers([.. finding.Script.Where((_, at) => at != left)]), $"{string.Join(" | ", finding.Script)}: {left}");
            }
        }
    }

    [Fact]
    public void A_campaign_that_is_gone_on_with_comes_to_the_same_and_so_does_it_done_again()
    {
        string whole = Text(Run(s_noLint0, 60));
        Assert.Equal(whole, Text(Run(s_noLint0, 60)));
        CampaignState half = Run(s_noLint0, 25);
        Assert.Equal(25, half.Next);
        Assert.Equal(whole, Text(Run(s_noLint0, 35, half)));
    }

    [Fact]
    public void A_campaign_is_kept_as_text_with_how_its_differences_looked_and_counts_that_cannot_be_are_refused()
    {
        CampaignState half = Run(s_noLint0, 25);
        var record = new CampaignRecord { First = "whole", Second = "no LINT0", State = half };
        CampaignState read = CampaignRecordText.Read(CampaignRecordText.Write(record)).State;
        Assert.NotEmpty(read.Findings[0].Looks);
        Assert.Equal(Text(Run(s_noLint0, 60)), Text(Run(s_noLint0, 35, read)));

        CampaignFinding[] many = [.. half.Findings, half.Findings[0]];
        Assert.Throws<FormatException>((record with { State = half with { Findings = many } }).Verify);
        CampaignFinding more = half.Findings[0] with { Looks = [new() { Text = "lapic 350", Count = half.Findings[0].Count + 1 }] };
        Assert.Throws<FormatException>((record with { State = half with { Findings = [more] } }).Verify);
    }

    [Fact]
    public void Parts_have_each_script_once()
    {
        CampaignState whole = Run(s_noNmi, 60);
        CampaignState[] parts = [.. Enumerable.Range(1, 3).Select(part => Run(s_noNmi, 20, new() { Seed = 3, Part = part, Of = 3 }))];
        Assert.Equal(whole.Different, parts.Sum(part => part.Different));
        Assert.Contains(whole.Findings[0].Number, parts.Select(part => part.Findings[0].Number));
        Assert.Equal([60, 61, 62], parts.Select(part => part.Next));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(s_whole, 1, new() { Part = 4, Of = 3 }));
    }

    [Fact]
    public void A_known_difference_is_named_and_others_are_not_taken_for_it()
    {
        IReadOnlyList<KnownDifference> known = KnownDifferenceReader.Read(["known N1 : NMIs of others go to vCPU 0.", "  has nmi 1..63", "  shows log"]);
        CampaignState state = Campaign.Run(new() { Seed = 3 }, s_whole, s_noNmi, new() { MostScripts = 100, Known = known });
        CampaignFinding named = Assert.Single(state.Findings, finding => finding.Known == "N1");
        Assert.Equal("NMIs of others go to vCPU 0.", named.Explanation);
        Assert.Equal(state.Different, state.Findings.Sum(finding => finding.Count));
        Assert.All(state.Findings.Where(finding => finding.IsNew), finding => Assert.DoesNotContain("log", finding.Operation, StringComparison.Ordinal));
    }

    /// <summary>Of what is known many alike are counted alone.</summary>
    [Fact]
    public void A_known_difference_is_not_shrunk_again_and_again()
    {
        IReadOnlyList<KnownDifference> known = KnownDifferenceReader.Read(["known L : LINT0 is masked at RESET.", "  shows *"]);
        int runs = 0;
        CampaignMachine counted = s_noLint0 with
        {
            Make = (traits, ids) =>
            {
                runs++;
                return s_noLint0.Make(traits, ids);
            },
        };
        CampaignState state = Campaign.Run(new() { Seed = 3 }, s_whole, counted, new() { MostScripts = 200, Known = known, MostAlike = 1 });
        Assert.Single(state.Findings);
        Assert.Equal(state.Different, state.Findings[0].Count);
        Assert.True(state.Different > 100 && runs < 2000, $"{state.Different} {runs}");
    }

    /// <summary>Of what is new too, and one cause is one finding where it shows in the same way.</summary>
    [Fact]
    public void What_is_new_is_not_shrunk_again_and_again_and_is_found_once()
    {
        int runs = 0;
        CampaignMachine counted = s_noLint0 with
        {
            Make = (traits, ids) =>
            {
                runs++;
                return s_noLint0.Make(traits, ids);
            },
        };
        CampaignState state = Campaign.Run(new() { Seed = 3 }, s_whole, counted, new() { MostScripts = 400, MostAlike = 1 });
        Assert.True(state.Different > 200 && runs < 5000, $"{state.Different} {runs}");
        Assert.Equal(state.Different, state.Findings.Sum(finding => finding.Count));
        Assert.Equal(state.Findings.Count, state.Findings.Select(finding => (finding.Operation.Split(' ')[0], string.Join(" ", finding.Fields))).Distinct().Count());
        Assert.All(state.Findings, finding =>
        {
            Assert.Equal(finding.Looks.Count, finding.Looks.Select(look => look.Text).Distinct().Count());
            Assert.Equal(finding.Count, finding.Looks.Sum(look => look.Count));
        });
    }

    /// <summary>An IPI that does not come is missed in whichever word of IRR its vector is.</summary>
    [Fact]
    public void The_words_of_one_register_of_vectors_are_one_finding()
    {
        CampaignMachine faulty = Faulty(command => command is { Kind: CommandKind.Access, Access: { Register: ApicRegister.SelfIpi, IsWrite: true } } ? new(CommandKind.Message, -1, 0, new InterruptMessage(9, 0x43).Bits) : command);
        CampaignFinding[] found = [.. Run(faulty, 600).Findings.Where(finding => finding.Fields is [var field] && field[0] == '2' && field.Length == 3)];
        Assert.True(Assert.Single(found).Looks.Count > 1);
    }

    /// <summary>Two faults that look alike, of which one is known, by something that nearly all scripts have.</summary>
    [Fact]
    public void What_hides_behind_a_known_difference_is_found_as_some_are_still_shrunk()
    {
        CampaignMachine faulty = Faulty(command => command is { Kind: CommandKind.Access, Access: { Register: ApicRegister.LvtPerf, IsWrite: true, Origin: AccessOrigin.Guest } access }
            ? new(command.Vcpu, access.Kind == AccessKind.Mmio ? Access.WriteMmio(access.Address, access.Value & ~0x400UL, access.Size) : Access.WriteMsr(access.Address, access.Value & ~0x200UL))
            : command);
        CampaignOptions options = new() { MostScripts = 600, MostAlike = 1, Known = KnownDifferenceReader.Read(["known P : A bit is lost by memory.", "  has mmiow", "  shows *"]) };
        Assert.DoesNotContain(Campaign.Run(new() { Seed = 3 }, s_whole, faulty, options with { ShrinkOneIn = int.MaxValue }).Findings, IsByMsr);
        Assert.Contains(Campaign.Run(new() { Seed = 3 }, s_whole, faulty, options with { ShrinkOneIn = 2 }).Findings, IsByMsr);

        static bool IsByMsr(CampaignFinding finding) => finding.IsNew && finding.Operation.StartsWith("lapic ", StringComparison.Ordinal) && finding.Fields.SequenceEqual(["340"]);
    }

    [Fact]
    public void It_ends_when_the_time_is_over_or_it_is_told_to()
    {
        int asked = 0;
        Assert.Equal(4, Campaign.Run(new(), s_whole, s_whole, new() { IsTimeOver = () => asked++ == 4 }).Scripts);

        using var source = new CancellationTokenSource();
        List<long> told = [];
        CampaignState state = Campaign.Run(new(), s_whole, s_whole, new() { Progress = Tell }, source.Token);
        Assert.Equal(3, state.Scripts);
        Assert.Equal([1, 2, 3], told);

        void Tell(CampaignState now)
        {
            told.Add(now.Scripts);
            if (now.Scripts == 3)
            {
                source.Cancel();
            }
        }
    }

    /// <summary>A difference that is found last is kept, as short as it had become.</summary>
    [Fact]
    public void The_time_is_over_while_a_difference_is_shrunk_too()
    {
        int asked = 0;
        CampaignState state = Campaign.Run(new() { Seed = 3 }, s_whole, s_noLint0, new() { IsTimeOver = () => asked++ >= 9 });
        Assert.Equal((3, 1), (state.Scripts, state.Different));
        Assert.True(Assert.Single(state.Findings).Script.Count > 1);
    }

    [Fact]
    public void A_finding_is_written_as_a_script()
    {
        CampaignState state = Run(s_noLint0, 3);
        string[] lines = [.. CampaignText.Script(state, state.Findings[0], "Kvm", "/dev/kvm")];
        Assert.StartsWith("# Script 2 of seed 3, made shorter. The last operation shows the difference: 350.", lines[0], StringComparison.Ordinal);
        Assert.Equal($"# Kvm: {state.Findings[0].First}", lines[1]);
        Assert.Equal($"# /dev/kvm: {state.Findings[0].Second}", lines[2]);
        Assert.Equal("# new", lines[3]);
        Assert.Equal(state.Findings[0].Script, ApicScript.Parse(lines).Operations.Select(operation => operation.ToString()));
    }

    private static CampaignMachine Faulty(Func<MachineCommand, MachineCommand> hear) => new("faulty", (traits, ids) => new AlteredMachine(Machines.Emulated(traits, ids), hear));

    private static CampaignState Run(CampaignMachine other, long scripts, CampaignState? from = null) =>
        Campaign.Run(from ?? new() { Seed = 3 }, s_whole, other, new() { MostScripts = scripts });

    private static bool StillDiffers(string[] lines)
    {
        try
        {
            return ScriptDifference.Find(ApicScript.Parse(lines), s_whole, s_noNmi) is not null;
        }
        catch (ScriptFormatException)
        {
            return false;
        }
    }

    private static string Text(CampaignState state) => string.Join("\n", state.Findings.Select(finding =>
        $"{finding.Number} {finding.Count} {string.Join(" | ", finding.Script)} {finding.First} {finding.Second} {string.Join("/", finding.Looks.Select(look => $"{look.Text}: {look.Count}"))}").Prepend($"{state.Scripts} {state.Different}"));
}
