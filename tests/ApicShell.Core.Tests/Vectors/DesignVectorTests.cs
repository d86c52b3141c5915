using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Firmware;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The comparison of the candidate fixes, against vectors transcribed from the sources, and its verdicts recomputed from the runs.</summary>
public class DesignVectorTests
{
    private static readonly BootEnvironment s_mail = new() { World = WorldCatalogue.Mail };

    public static TheoryData<string> Rows => [.. VectorFile.Lines("designs.txt").Select(pair => pair.Line)];

    public static TheoryData<string> Designs => [.. DesignCatalogue.All.Select(design => design.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Figure_and_KVM_say_of_a_design_what_the_vectors_say(string row)
    {
        string[] words = VectorFile.Words(row);
        DesignResult result = DesignComparison.Compare(
            DesignCatalogue.Find(words[1])!, BootCatalogue.Find(words[0])!, new() { World = WorldCatalogue.Find(words[5]) }, []);

        Assert.Equal(words[2], Word(result.Drawn));
        Assert.Equal(words[3], Word(result.Kvm));
        BootStep[] sec = [.. result.Run.Steps.Where(step => step.Phase == "SEC")];
        Assert.Equal(words[4] == "fails", sec.Any(step => step.Report.IsWrong));
    }

    [Fact]
    public void Every_design_but_D_has_a_row_for_each_boot_of_the_vectors()
    {
        string[] expected = [.. DesignCatalogue.All.Select(design => design.Name).Where(name => name != "D").Order()];
        string[][] rows = [.. VectorFile.Lines("designs.txt").Select(pair => VectorFile.Words(pair.Line))];

        Assert.Equal(["LinuxX2Apic", "LinuxXApic", "OvmfLarge", "OvmfSmall"], rows.Select(row => row[0]).Distinct().Order());
        Assert.All(rows.Where(row => row[5] == "Mail").GroupBy(row => row[0]), boot => Assert.Equal(expected, boot.Select(row => row[1]).Order()));
    }

    [Fact]
    public void An_SVSM_with_a_whole_APIC_serves_SEC_and_leaves_KVM_alone()
    {
        DesignResult result = Compared("D", "OvmfSmall", []);

        Assert.Equal(("-", "-"), (Word(result.Drawn), Word(result.Kvm)));
        Assert.All(
            result.Run.Steps.Where(step => step.Phase == "SEC").SelectMany(step => step.Accesses),
            one => Assert.Equal((Responder.Svsm, true), (one.Answer.Responder, one.Answer.Succeeded)));
    }

    [Fact]
    public void Things_as_they_stand_fail_where_the_mail_says()
    {
        DesignResult result = Compared("None", "OvmfSmall", []);

        BootStep first = result.Run.FirstProblem!;
        Assert.Equal(("SEC", "ensure Svr 0x100"), (first.Phase, first.Step.ToString()));
        IssuedAccess access = first.Accesses[^1];
        Assert.Equal((AccessKind.Mmio, 0x0F0u, false), (access.Access.Kind, access.Access.Address, access.Access.IsWrite));
        Assert.Equal((Outcome.Fault, GuestFault.GP, Responder.Hypervisor, Route.GhcbMsr), (access.Answer.Outcome, access.Answer.Fault, access.Answer.Responder, access.Answer.Route));
        Assert.Equal(1, access.Answer.ExitInfo1);
        Assert.Equal(0x8000030DUL, access.Answer.ExitInfo2);
        Assert.Equal(DesignVerdict.Fails, result.Verdict);
    }

    [Fact]
    public void As_edk2_has_it_the_EOI_misses_the_SVSM()
    {
        ApicDesign allowed = ChangeCatalogue.Together([ChangeCatalogue.Find("OvmfAllowsVector")!]);
        DesignResult result = DesignComparison.Compare(allowed, BootCatalogue.Find("OvmfSmall")!, new() { World = WorldCatalogue.Find("Edk2") }, []);

        Assert.Equal(result.Run.AccessCount, result.Run.SucceededCount);
        BootStep[] dxe = [.. result.Run.Steps.Where(step => step.Phase == "DXE")];
        BootStep eoi = dxe.First(step => step.Step.Verb == StepVerb.Eoi);
        Assert.Equal(Responder.Hypervisor, eoi.Accesses[^1].Answer.Responder);
        BootStep problem = result.Run.FirstProblem!;
        Assert.True(problem.Number > eoi.Number);
        Assert.Equal((StepProblem.NothingTaken, (byte)0x20), (problem.Report.Problem, problem.Report.Blocking));
        Assert.Equal(DesignVerdict.Fails, result.Verdict);
    }

    [Fact]
    public void A_step_of_the_SVSM_helps_while_the_APIC_is_mail_only()
    {
        Assert.True(Compared("E", "OvmfSmall", []).Succeeds);
        DesignResult apart = DesignComparison.Compare(
            DesignCatalogue.Find("E")!, BootCatalogue.Find("OvmfSmall")!, s_mail with { Scope = ApicScope.PerVmpl }, []);

        Assert.Equal(DesignVerdict.Fails, apart.Verdict);
        Assert.Equal("SEC", apart.Run.FirstProblem!.Phase);
        Assert.Contains(Compared("E", "OvmfSmall", [DesignCondition.ApicPerVmpl]).Conditions, one => !one.Survives);
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void A_verdict_follows_from_the_run(string design)
    {
        DesignResult result = Compared(design, "OvmfSmall", DesignComparison.Conditions);

        bool wrong = result.Run.Steps.Any(step => step.Report.Problem is not (StepProblem.None or StepProblem.NotPossible));
        bool differs = result.Run.Differences.Count > 0;
        bool illegal = Word(result.Drawn) == "no" || Word(result.Kvm) == "no";
        bool fragile = result.Conditions.Any(one => one.Run!.FirstProblem is not null || one.Run.Differences.Count > 0);
        string expected = wrong ? "Fails" : differs ? "Disagrees" : illegal ? "Illegal" : fragile ? "Fragile" : "Works";
        Assert.Equal(expected, result.Verdict.ToString());
        Assert.Equal(DesignComparison.Conditions, result.Conditions.Select(one => one.Condition));
        Assert.Equal(expected == "Works", result.Problem.Length == 0);
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void What_a_row_counts_is_in_its_steps(string design)
    {
        BootRun run = Compared(design, "OvmfSmall", []).Run;
        IssuedAccess[] guests = [.. run.Steps.SelectMany(step => step.Accesses)
            .Where(one => one.Access.Origin == AccessOrigin.Guest && !(one.Access is { Kind: AccessKind.Msr, Address: 0x1B, IsWrite: false }))];

        Assert.Equal(guests.Length, run.AccessCount);
        Assert.Equal(guests.Count(one => one.Answer.Outcome is Outcome.Value or Outcome.Done or Outcome.Undefined), run.SucceededCount);
        Assert.Equal(run.Steps.Sum(step => (long)step.Report.Exits), run.Exits);
        Assert.Equal(Enumerable.Range(1, run.Steps.Count), run.Steps.Select(step => step.Number));
    }

    [Fact]
    public void A_design_says_what_it_is_and_where_it_is_from() => Assert.All(DesignCatalogue.All, design =>
    {
        Assert.All([design.Name, design.Title, design.For, design.Against, design.Source], text => Assert.NotEmpty(text));
        Assert.Same(design, DesignCatalogue.Find(design.Name.ToLowerInvariant()));
    });

    [Theory]
    [InlineData("activate", "step 2 \"activate\" begins an activation itself: a cycle")]
    [InlineData("reset", "cycle")]
    [InlineData("hotplug", "cycle")]
    [InlineData("v1: host mode X2Apic", "no prefix")]
    [InlineData("all: host mode X2Apic", "no prefix")]
    [InlineData("when ai host mode X2Apic", "no condition")]
    public void An_activation_that_never_ends_or_is_for_others_is_refused(string line, string says)
    {
        var design = new ApicDesign { Name = "Mine", OnActivation = [StepGrammar.Parse("svsm setup"), StepGrammar.Parse(line)] };

        DesignException error = Assert.Throws<DesignException>(() => DesignComparison.Compare(design, BootCatalogue.All[0], s_mail, []));

        Assert.StartsWith("Design \"Mine\": ", error.Message, System.StringComparison.Ordinal);
        Assert.Contains(says, error.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_a_phase_that_no_boot_has_is_refused_with_the_phases_that_are_there()
    {
        var design = new ApicDesign { Name = "Mine", Firmware = [new("SECC", [])] };

        DesignException error = Assert.Throws<DesignException>(() => DesignComparison.Compare(design, BootCatalogue.All[0], s_mail, []));

        Assert.Contains("\"SECC\"", error.Message, System.StringComparison.Ordinal);
        Assert.Contains("SEC, PEI, DXE", error.Message, System.StringComparison.Ordinal);
    }

    private static DesignResult Compared(string design, string boot, IReadOnlyCollection<DesignCondition> conditions) =>
        DesignComparison.Compare(DesignCatalogue.Find(design)!, BootCatalogue.Find(boot)!, s_mail, conditions);

    private static string Word(DrawnVerdict verdict) => verdict switch
    {
        DrawnVerdict.NoStep => "-",
        DrawnVerdict.Drawn => "yes",
        DrawnVerdict.Amended => "amended",
        _ => "no",
    };

    private static string Word(KvmVerdict verdict) => verdict switch
    {
        KvmVerdict.NoStep => "-",
        KvmVerdict.AsGuest => "guest",
        KvmVerdict.AsHost => "host",
        _ => "no",
    };
}
