using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ApicShell.Firmware;
using ApicShell.Remedies;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The search for minimal sets of changes, against trying every set, and its answers for the worlds that matter.</summary>
public class RemedySearchTests
{
    // Changes of each kind: exclusive ones, ones that break others, and ones that do nothing here.
    private static readonly string[] s_few =
    [
        "SecSwitches", "ApsSwitchFirst", "HandlerProposal", "HandlerSplits", "OvmfAllowsVector", "SvsmApicForAps", "SvsmSetsVgif", "LinuxSetsVgif", "KvmSwitches",
        "SvsmServesXApic", "SvsmTimer", "SecLeavesTimer",
    ];

    /// <summary>What the pruning leaves out is nothing: the sets that work are found by running all of them too, and the counts add up.</summary>
    [Theory]
    [InlineData("Today", true)]
    [InlineData("Today", false)]
    [InlineData("Shared", true)]
    [InlineData("Mail", false)]
    public void The_minimal_sets_are_those_of_trying_every_set(string world, bool mustAgree)
    {
        var problem = new RemedyProblem(WorldCatalogue.Find(world)!, BootCatalogue.Find("LinuxX2Apic")!, s_few.Select(name => ChangeCatalogue.Find(name)!)) { MustAgree = mustAgree };
        RemedyResult found = new RemedySearch(problem).Run(2, null, CancellationToken.None);
        (ulong[] minimal, ulong sets) = TryAll(problem);

        Assert.True(found.IsComplete);
        Assert.Equal(minimal.Order(), found.Remedies.Select(remedy => SetOf(problem, remedy)).Order());
        Assert.Equal(sets, found.Sets);
        Assert.Equal(sets, found.Failing + found.Covered + (ulong)found.Remedies.Count);
        Assert.True(found.Trials < (long)sets, $"{found.Trials} runs for {sets} sets");
    }

    /// <summary>Every set of every change, without pruning, on the boot alone.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void The_minimal_sets_of_today_are_those_of_trying_every_set_of_all_changes()
    {
        // The timer by an exit that nothing defines is left out: it would double the number of sets.
        var problem = new RemedyProblem(
            WorldCatalogue.Today, BootCatalogue.Find("LinuxX2Apic")!, ChangeCatalogue.All.Where(change => change.Parties.All(party => party is Party.Edk2 or Party.Svsm or Party.Guest)));
        RemedyResult found = new RemedySearch(problem).Run(2, null, CancellationToken.None);
        (ulong[] minimal, ulong sets) = TryAll(problem);

        Assert.Equal(minimal.Order(), found.Remedies.Select(remedy => SetOf(problem, remedy)).Order());
        Assert.Equal(sets, found.Sets);
    }

    [Fact]
    public void A_remedy_says_what_comes_back_without_each_change_and_what_would_break_it()
    {
        RemedyResult found = Find("Mail", change => change.Parties.Contains(Party.Edk2), mustAgree: true);

        Remedy remedy = Assert.Single(found.Remedies, one => Names(one) == "SecSwitches + ApsSwitchFirst");
        Assert.Equal(["SecSwitches", "ApsSwitchFirst"], remedy.Without.Select(note => note.Change.Name));
        Assert.StartsWith("SEC, step 3", remedy.Without[0].Problem, StringComparison.Ordinal);
        Assert.Contains("on vCPU 1: #GP(0)", remedy.Without[1].Problem, StringComparison.Ordinal);
        Assert.Null(remedy.Run.FirstProblem);
        Assert.All(remedy.Broken, note => Assert.NotEmpty(note.Problem));
    }

    /// <summary>The answers for the worlds that the issue of the thread comes down to; what stands in the place of each other is between bars.</summary>
    [Theory]
    [InlineData("OpenHcl", "", "nothing")]
    [InlineData("Shared", "", "(HandlerProposal | HandlerTranslates | HandlerSplits) + (OvmfAllowsVector | SvsmAllowsVectors) + SvsmApicForAps + (SvsmSetsVgif | LinuxSetsVgif)")]
    [InlineData("Today", "Kvm Qemu", "SecSwitches + HandlerSplits + (OvmfAllowsVector | SvsmAllowsVectors) + SvsmApicForAps + (SvsmSetsVgif | LinuxSetsVgif)",
        "SecSwitches + ApsSwitchFirst + (HandlerProposal | HandlerTranslates) + (OvmfAllowsVector | SvsmAllowsVectors) + SvsmApicForAps + (SvsmSetsVgif | LinuxSetsVgif)")]
    [InlineData("Today", "Edk2")]
    [InlineData("Today", "Svsm")]
    [InlineData("Specification", "Kvm Qemu", "SecSwitches + HandlerSplits + (OvmfAllowsVector | SvsmAllowsVectors)",
        "SecSwitches + ApsSwitchFirst + (HandlerProposal | HandlerTranslates) + (OvmfAllowsVector | SvsmAllowsVectors)")]
    public void What_is_the_least_where_parties_refuse(string world, string refused, params string[] families)
    {
        RemedyResult found = Find(world, change => !change.Parties.Any(party => refused.Split(' ').Contains($"{party}")), mustAgree: true);

        Assert.True(found.IsComplete);
        Assert.Equal(families.Order(), RemedyFamily.Of(found.Remedies, ChangeCatalogue.All).Select(family => $"{family}").Order());
        Assert.Equal(found.Remedies.Count, RemedyFamily.Of(found.Remedies, ChangeCatalogue.All).Sum(family => family.Count));
    }

    [Fact]
    public void A_search_that_is_stopped_says_how_far_it_is()
    {
        using var stop = new CancellationTokenSource();
        RemedyResult found = new RemedySearch(new(WorldCatalogue.Today, BootCatalogue.Find("LinuxX2Apic")!, ChangeCatalogue.All)).Run(
            1,
            progress =>
            {
                if (progress.Size == 2)
                {
                    stop.Cancel();
                }
            },
            stop.Token);

        Assert.False(found.IsComplete);
        Assert.Equal(2, found.Size);
        Assert.Empty(found.Remedies);
    }

    [Fact]
    public void A_condition_has_to_be_survived_too_where_it_can_happen()
    {
        ApicWorld mail = WorldCatalogue.Mail;
        ApicChange[] modes = [.. ChangeCatalogue.All.Where(change => change.Name is "SvsmSetsUp" or "KvmSwitches" or "SecSwitches" or "ApsSwitchFirst")];
        string[] Found(params DesignCondition[] conditions) =>
            [.. new RemedySearch(new(mail, BootCatalogue.Find("OvmfSmall")!, modes) { Conditions = conditions, MustAgree = true }).Run(1, null, CancellationToken.None).Remedies.Select(Names)];

        Assert.Equal(["SvsmSetsUp", "KvmSwitches", "SecSwitches + ApsSwitchFirst"], Found());
        Assert.Equal(["KvmSwitches", "SecSwitches + ApsSwitchFirst"], Found(DesignCondition.ApicPerVmpl));
        Assert.Empty(Found(DesignCondition.NeverSwitches));
        Assert.Equal([DesignCondition.Reset], new RemedyProblem(WorldCatalogue.Today, BootCatalogue.All[0], modes) { Conditions = [DesignCondition.Reset] }.Excluded);
    }

    [Fact]
    public void Drawn_steps_can_be_asked_for()
    {
        RemedyProblem problem = new(WorldCatalogue.Mail, BootCatalogue.Find("OvmfSmall")!, ChangeCatalogue.All.Where(change => change.Name is "KvmCreatesX2Apic" or "AmdDrawsArrow")) { MustBeDrawn = true };

        Assert.Equal(["KvmCreatesX2Apic + AmdDrawsArrow"], new RemedySearch(problem).Run(1, null, CancellationToken.None).Remedies.Select(Names));
    }

    private static RemedyResult Find(string world, Func<ApicChange, bool> may, bool mustAgree) =>
        new RemedySearch(new(WorldCatalogue.Find(world)!, BootCatalogue.Find("LinuxX2Apic")!, ChangeCatalogue.All.Where(change => change.Name != "SvsmTimer" && may(change))) { MustAgree = mustAgree })
            .Run(2, null, CancellationToken.None);

    private static string Names(Remedy remedy) => string.Join(" + ", remedy.Changes.Select(change => change.Name));

    private static ulong SetOf(RemedyProblem problem, Remedy remedy) =>
        remedy.Changes.Aggregate(0UL, (set, change) => set | (1UL << problem.Candidates.ToList().IndexOf(change)));

    /// <summary>Runs every set of changes that can be made together, and keeps those that work and have no proper subset that does.</summary>
    private static (ulong[] Minimal, ulong Sets) TryAll(RemedyProblem problem)
    {
        IReadOnlyList<ApicChange> changes = problem.Candidates;
        ulong[] sets = [.. Enumerable.Range(0, 1 << changes.Count).Select(set => (ulong)set).Where(set => !Enumerable.Range(0, changes.Count).Any(
            one => (set >> one & 1) != 0 && Enumerable.Range(one + 1, changes.Count - one - 1).Any(other => (set >> other & 1) != 0 && changes[one].Excludes(changes[other]))))];
        var judge = new RemedyJudge(problem);
        ulong[] working = [.. sets.AsParallel().WithDegreeOfParallelism(2).Where(set => judge.Try(set).Works)];
        return ([.. working.Where(set => !working.Any(other => other != set && (set & other) == other))], (ulong)sets.Length);
    }
}
