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
        return difference is null ? state : state with { Different = state.Different + 1, Findings = With(state.Findings, Finding(state.Findings, number, units, difference)) };
    }

    private CampaignFinding Finding(
        IReadOnlyList<CampaignFinding> findings, long number, IReadOnlyList<IReadOnlyList<string>> units, ScriptDifference difference)
    {
        KnownDifference? whole = Known(units.SelectMany(unit => unit), difference);
        string looks = $"{difference.Operation.Form.Word} {string.Join(" ", difference.Fields)}";
        if (whole is not null && findings.FirstOrDefault(one => one.Known == whole.Name) is { } known && known.Looks.Count(one => one == looks) >= _options.MostAlike)
        {
            return known with { Looks = [] };
        }

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
            Looks = [looks],
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

    /// <summary>The findings with one more, or with one of which there was one more. The shortest of a kind is kept.</summary>
    private static IReadOnlyList<CampaignFinding> With(IReadOnlyList<CampaignFinding> findings, CampaignFinding found)
    {
        int at = findings.TakeWhile(one => !IsLike(one, found)).Count();
        if (at == findings.Count)
        {
            return [.. findings, found];
        }

        CampaignFinding before = findings[at];
        CampaignFinding kept = (found.Script.Count < before.Script.Count ? found : before) with
        {
            Number = before.Number,
            Count = before.Count + 1,
            Looks = [.. before.Looks, .. found.Looks],
        };
        return [.. findings.Take(at), kept, .. findings.Skip(at + 1)];
    }

    /// <summary>Whether two are of a kind: the same known one explains them, or the same is done in the same order and then differs in the same fields.</summary>
    private static bool IsLike(CampaignFinding one, CampaignFinding other) => one.Known == other.Known
        && (!one.IsNew || (one.Fields.SequenceEqual(other.Fields) && one.Script.Select(Shape).SequenceEqual(other.Script.Select(Shape))));

    /// <summary>An operation without its vCPU and its values.</summary>
    private static string Shape(string operation)
    {
        string[] words = operation.Split(' ');
        ScriptForm form = ScriptGrammar.Find(words[0])!;
        return form.Operands.Count > 1 && form.Operands[1].Name is "MSR" or "OFFSET" or "ADDRESS" ? $"{words[0]} {words[2]}" : words[0];
    }
}
