using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>
/// Random scripts on two machines: runs them, and makes of each that shows a difference the shortest one. Nothing depends on what ran before, so parts can run
/// anywhere and a run can be gone on with.
/// </summary>
public sealed class Campaign
{
    private readonly CampaignMachine _first;
    private readonly CampaignMachine _second;
    private readonly CampaignOptions _options;
    private readonly CancellationToken _cancellation;

    private Campaign(CampaignMachine first, CampaignMachine second, CampaignOptions options, CancellationToken cancellation) =>
        (_first, _second, _options, _cancellation) = (first, second, options, cancellation);

    /// <summary>Runs a campaign, or goes on with one.</summary>
    /// <param name="state">Where it stands: a new one has a seed and a part.</param>
    /// <param name="first">One machine.</param>
    /// <param name="second">The other.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellation">Ends it behind the script that runs; what it found so far is returned.</param>
    /// <returns>Where it stands then.</returns>
    public static CampaignState Run(
        CampaignState state, CampaignMachine first, CampaignMachine second, CampaignOptions options, CancellationToken cancellation = default)
    {
        if (state.Of < 1 || state.Part < 1 || state.Part > state.Of)
        {
            throw new ArgumentOutOfRangeException(nameof(state), $"part {state.Part} of {state.Of}: parts go from 1 to their number");
        }

        return new Campaign(first, second, options, cancellation).Run(state);
    }

    private CampaignState Run(CampaignState state)
    {
        for (long left = _options.MostScripts; left > 0 && !IsOver(); left--)
        {
            state = Next(state);
            _options.Progress(state);
        }

        return state;
    }

    private bool IsOver() => _cancellation.IsCancellationRequested || _options.IsTimeOver();

    private CampaignState Next(CampaignState state)
    {
        long number = state.Next;
        IReadOnlyList<IReadOnlyList<string>> units = ScriptGenerator.Units(state.Seed, number);
        var script = ApicScript.Parse(units.SelectMany(unit => unit));
        ScriptDifference? difference = ScriptDifference.Find(script, _first, _second);
        state = state with { Scripts = state.Scripts + 1 };
        return difference is null ? state : state with { Different = state.Different + 1, Findings = With(state.Findings, number, units, difference) };
    }

    private IReadOnlyList<CampaignFinding> With(
        IReadOnlyList<CampaignFinding> findings, long number, IReadOnlyList<IReadOnlyList<string>> units, ScriptDifference difference)
    {
        string look = CampaignFindings.Look(difference);
        return Alike(findings, units, difference, look) is { } alike && CampaignFindings.CountOf(findings, look) % _options.ShrinkOneIn != 0
            ? CampaignFindings.Counted(findings, alike, look)
            : CampaignFindings.With(findings, Shrunk(number, units, difference), look);
    }

    /// <summary>The finding of which enough were shrunk that looked as this does; null for none. What the whole script reaches, less of it may not.</summary>
    private CampaignFinding? Alike(
        IReadOnlyList<CampaignFinding> findings, IReadOnlyList<IReadOnlyList<string>> units, ScriptDifference difference, string look)
    {
        CampaignFinding[] enough = [.. findings.Where(finding => CampaignFindings.CountOf(finding, look) >= _options.MostAlike)];
        string? whole = enough.Length == 0 ? null : Known(units.SelectMany(unit => unit), difference)?.Name;
        return enough.FirstOrDefault(finding => finding.Known == whole) ?? enough.FirstOrDefault(finding => finding.IsNew);
    }

    private CampaignFinding Shrunk(long number, IReadOnlyList<IReadOnlyList<string>> units, ScriptDifference difference)
    {
        int left = _options.MostRunsToShrink;
        var shrinker = new ScriptShrinker(units, difference, script => Count(ref left, script), () => left <= 0 || IsOver());
        shrinker.Shrink();
        string[] lines = [.. shrinker.Script.Operations.Take(shrinker.Difference.Index + 1).Select(operation => operation.ToString())];
        KnownDifference? explained = Known(lines, shrinker.Difference);
        return new()
        {
            Number = number,
            Script = lines,
            First = shrinker.Difference.First,
            Second = shrinker.Difference.Second,
            Fields = shrinker.Difference.Fields,
            Known = explained?.Name ?? "",
            Explanation = explained?.Explanation ?? "",
        };
    }

    private ScriptDifference? Count(ref int left, ApicScript script)
    {
        left--;
        return ScriptDifference.Find(script, _first, _second);
    }

    private KnownDifference? Known(IEnumerable<string> lines, ScriptDifference difference)
    {
        var text = new ScriptText(lines);
        return _options.Known.FirstOrDefault(known => known.Explains(text, difference.Operation.ToString()));
    }
}
