using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ApicShell.Firmware;
using ApicShell.Remedies;

namespace ApicShell;

/// <summary>What a search for remedies found in a world: every minimal set of changes with which a boot works, and what was looked at. A snapshot.</summary>
public sealed class ApicRemedyResult
{
    internal ApicRemedyResult(RemedyProblem problem, RemedyResult result, TimeSpan elapsed, IReadOnlyDictionary<Party, double> costs, Party[] refused)
    {
        World = problem.World.Name;
        WorldTitle = problem.World.Title;
        Inferred = [.. problem.World.Inferred];
        Boot = problem.Boot.Name;
        VcpuCount = problem.VcpuCount ?? BootCatalogue.Chain(problem.Boot).Max(boot => boot.VcpuCount);
        Condition = [.. problem.Conditions.Except(problem.Excluded)];
        Excluded = [.. problem.Excluded];
        MustAgree = problem.MustAgree;
        MustBeDrawn = problem.MustBeDrawn;
        Refused = refused;
        Tried = [.. problem.Candidates.Select(change => change.Name)];
        IsComplete = result.IsComplete;
        DecidedSize = result.Size;
        (Sets, Failing, Covered, Runs) = (result.Sets, result.Failing, result.Covered, result.Trials);
        Elapsed = elapsed;
        int number = 0;
        Remedy = [.. result.Remedies.Select(remedy => (Core: remedy, Cost: CostOf(remedy, costs))).OrderBy(pair => pair.Cost).ThenBy(pair => pair.Core.Changes.Count)
            .Select(pair => new ApicRemedy(++number, pair.Core, pair.Cost, World, Boot))];
        Family = [.. RemedyFamily.Of(result.Remedies, problem.Candidates).OrderBy(family => CheapestOf(family, costs)).Select(family => new ApicRemedyFamily(family, CheapestOf(family, costs)))];
    }

    /// <summary>The world.</summary>
    public string World { get; }

    /// <summary>What it is.</summary>
    public string WorldTitle { get; }

    /// <summary>What of the world no source says, but was concluded: the answer rests on it.</summary>
    public string[] Inferred { get; }

    /// <summary>The boot, which had to come to its end.</summary>
    public string Boot { get; }

    /// <summary>How many vCPUs it had.</summary>
    public int VcpuCount { get; }

    /// <summary>The conditions that had to be survived beside it.</summary>
    public DesignCondition[] Condition { get; }

    /// <summary>The conditions that were asked for and cannot happen in the world: nothing is said of them.</summary>
    public DesignCondition[] Excluded { get; }

    /// <summary>Whether guest, SVSM and hypervisor had to agree after each phase.</summary>
    public bool MustAgree { get; }

    /// <summary>Whether every step between modes had to be one that APM figure 16-32 draws.</summary>
    public bool MustBeDrawn { get; }

    /// <summary>The parties that change nothing.</summary>
    public Party[] Refused { get; }

    /// <summary>The changes of which sets were made: those that do something in the world.</summary>
    public string[] Tried { get; }

    /// <summary>The minimal sets, cheapest first.</summary>
    public ApicRemedy[] Remedy { get; }

    /// <summary>The same, those that are alike put together.</summary>
    public ApicRemedyFamily[] Family { get; }

    /// <summary>The families as text, a line each, with what the cheapest of each costs, and how many remedies it stands for where that is more than one.</summary>
    public string[] Answer => [.. Family.Select(family => string.Format(
        CultureInfo.InvariantCulture, "cost {0}: {1}{2}", family.Cost, family.Text, family.Count > 1 ? $" [{family.Count}]" : ""))];

    /// <summary>Whether every set has been decided.</summary>
    public bool IsComplete { get; }

    /// <summary>The size up to which every set has been decided; -1 for none.</summary>
    public int DecidedSize { get; }

    /// <summary>How many sets there are, of changes that can be made together.</summary>
    public ulong Sets { get; }

    /// <summary>How many of them are known not to work.</summary>
    public ulong Failing { get; }

    /// <summary>How many contain a remedy, and so are not minimal.</summary>
    public ulong Covered { get; }

    /// <summary>How many sets were run: a run decides all sets that differ from it in what it has not looked at.</summary>
    public long Runs { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>What had to hold, in words.</summary>
    public string MustHold => string.Join(", ", new[] { $"boot {Boot} with {Some(VcpuCount, "vCPU")}, to its end" }
        .Concat(MustAgree ? ["all agree after each phase"] : [])
        .Concat(MustBeDrawn ? ["every step between modes drawn"] : [])
        .Concat(Condition.Select(condition => $"{condition}"))
        .Concat(Excluded.Select(condition => $"{condition} (cannot happen there)")));

    /// <summary>What came of it, in words.</summary>
    public string Verdict
    {
        get
        {
            int least = Remedy.Length == 0 ? 0 : Remedy.Min(one => one.Change.Length);
            string found = Remedy.Length == 0 ? "no set works" : least == 0 ? "it works as it stands" : $"{Some(Remedy.Length, "minimal set")}, the smallest of {Some(least, "change")}";
            string runs = Some(Runs, "run");
            string decided = Sets == 1 ? "the one set" : $"all {Some(Sets, "set")}";
            return IsComplete ? $"{found}: {decided} of {Some(Tried.Length, "change")} {(Sets == 1 ? "is" : "are")} decided, by {runs}"
                : DecidedSize < 0 ? $"stopped after {runs}: no set is decided"
                : $"stopped after {runs}: {found}, among sets of at most {Some(DecidedSize, "change")}";
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{World}: {Verdict}";

    private static string Some(decimal count, string what) => string.Format(CultureInfo.InvariantCulture, "{0} {1}{2}", count, what, count == 1 ? "" : "s");

    private static double CostOf(Remedy remedy, IReadOnlyDictionary<Party, double> costs) => remedy.Changes.Sum(change => CostOf(change, costs));

    private static double CheapestOf(RemedyFamily family, IReadOnlyDictionary<Party, double> costs) => family.Groups.Sum(group => group.Min(change => CostOf(change, costs)));

    private static double CostOf(Firmware.ApicChange change, IReadOnlyDictionary<Party, double> costs) =>
        change.Parties.Sum(party => costs.TryGetValue(party, out double cost) ? cost : 1);
}
