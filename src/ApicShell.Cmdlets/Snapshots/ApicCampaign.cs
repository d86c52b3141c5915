using System;
using System.Linq;
using ApicShell.Campaigns;
using ApicShell.Searching;
using ApicShell.Serialization;

namespace ApicShell;

/// <summary>What a campaign of random scripts on two machines came to: a snapshot.</summary>
public sealed class ApicCampaign
{
    private const int Nothing = 0;
    private const int Differs = 1;

    private readonly CampaignRecord _record;

    internal ApicCampaign(CampaignRecord record, CampaignSides sides, long ran, TimeSpan elapsed)
    {
        (_record, Name, Ran, Elapsed) = (record, sides.Names, ran, elapsed);
        Finding = [.. record.State.Findings.Select(finding =>
            new ApicCampaignFinding(finding, sides, [.. CampaignText.About(record.State, finding, Name[0], Name[1])]))];
    }

    /// <summary>The machines, by name.</summary>
    public string[] Name { get; }

    /// <summary>What each is.</summary>
    public string[] Machine => [_record.First, _record.Second];

    /// <summary>Which scripts are made: the same seed makes the same.</summary>
    public ulong Seed => _record.State.Seed;

    /// <summary>Which part.</summary>
    public int Part => _record.State.Part;

    /// <summary>Of how many.</summary>
    public int Of => _record.State.Of;

    /// <summary>Scripts run, earlier runs of the same campaign included.</summary>
    public long Scripts => _record.State.Scripts;

    /// <summary>Scripts run by this command.</summary>
    public long Ran { get; }

    /// <summary>How long this command took, shrinking included.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Scripts on which the machines differed.</summary>
    public long Different => _record.State.Different;

    /// <summary>The differences, one of each kind.</summary>
    public ApicCampaignFinding[] Finding { get; }

    /// <summary>The differences, a line each: how many, which is known, the operation.</summary>
    public string[] Summary => [.. Finding.Select(finding => $"{finding.Count} x {finding}")];

    /// <summary>What each machine is, with its name.</summary>
    public string[] Description => [.. Name.Zip(Machine, (name, machine) => $"{name}: {machine}")];

    /// <summary>Those that nothing known explains.</summary>
    public ApicCampaignFinding[] New => [.. Finding.Where(finding => finding.IsNew)];

    /// <summary>For a script that tells another program: 0 where nothing new differs, else 1.</summary>
    public int ExitCode => New.Length == 0 ? Nothing : Differs;

    /// <summary>The verdict in a sentence.</summary>
    public string Verdict => Different == 0
        ? $"alike in {Scripts} scripts of seed {Seed}"
        : $"{Different} of {Scripts} scripts of seed {Seed} differ: {(New.Length == 0 ? "nothing new" : $"{New.Length} new")}"
            + (Finding.Length == New.Length ? "" : $", {Finding.Length - New.Length} known ({string.Join(", ", Finding.Where(finding => !finding.IsNew).Select(finding => finding.Known).Distinct())})");

    /// <summary>What was not looked at.</summary>
    public string NotLookedAt { get; } = ScriptGenerator.NotReached;

    /// <summary>All of it as one line of JSON, which -ResumePath takes.</summary>
    public string Text => CampaignRecordText.Write(_record);

    /// <inheritdoc/>
    public override string ToString() => Verdict;
}
