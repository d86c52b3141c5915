using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell.Remedies;

/// <summary>Tries sets of changes on a problem's boot and conditions. A set is a word: bit N is candidate N.</summary>
internal sealed class RemedyJudge
{
    private readonly RemedyProblem _problem;
    private readonly DesignKnob[][] _knobs;
    private readonly Dictionary<string, ulong> _candidatesOf = [];
    private readonly DesignConditionRow[] _conditions;
    private readonly BootEnvironment _environment;

    public RemedyJudge(RemedyProblem problem)
    {
        _problem = problem;
        _knobs = [.. problem.Candidates.Select(change => DesignKnob.All.Where(knob => knob.Parties.Count > 0 && knob.IsTurned(change.Effect)).ToArray())];
        for (int i = 0; i < _knobs.Length; i++)
        {
            foreach (string key in _knobs[i].SelectMany(knob => knob.KeysOf(problem.Candidates[i].Effect)))
            {
                _candidatesOf[key] = (_candidatesOf.TryGetValue(key, out ulong others) ? others : 0) | (1UL << i);
            }
        }

        _conditions = [.. DesignConditionRow.All.Where(row => problem.Conditions.Except(problem.Excluded).Contains(row.Condition))];
        _environment = new() { VcpuCount = problem.VcpuCount };
    }

    /// <summary>The design that a set of changes makes of things as they stand.</summary>
    public ApicDesign DesignOf(ulong set)
    {
        ApicDesign design = _problem.World.AsItStands;
        var names = new List<string>();
        for (int i = 0; i < _knobs.Length; i++)
        {
            if ((set >> i & 1) != 0)
            {
                ApicChange change = _problem.Candidates[i];
                names.Add(change.Name);
                foreach (DesignKnob knob in _knobs[i])
                {
                    design = knob.Put(design, change.Effect);
                }
            }
        }

        return design with { Name = names.Count == 0 ? "None" : string.Join(" + ", names), Title = "", Changes = names };
    }

    /// <summary>Tries a set: the boot, and the conditions one by one, until something goes wrong.</summary>
    public RemedyTrial Try(ulong set)
    {
        ApicDesign design = DesignOf(set);
        BootRun run = DesignComparison.Run(design, _problem.Boot, _environment, [new ConditionPart()], endsAtProblem: true);
        string problem = ProblemOf(run);
        ulong looked = Looked(run);
        for (int i = 0; problem.Length == 0 && i < _conditions.Length; i++)
        {
            run = DesignComparison.Run(design, _problem.Boot, _conditions[i].Environment, _conditions[i].Boots, endsAtProblem: true);
            problem = ProblemOf(run);
            problem = problem.Length == 0 ? "" : $"{_conditions[i].Title}: {problem}";
            looked |= Looked(run);
        }

        return new(problem, looked);
    }

    private string ProblemOf(BootRun run)
    {
        if (run.FirstProblem is not null || (_problem.MustAgree && run.Differences.Count > 0))
        {
            return ProblemText.Of(run);
        }

        ModeStep[] undrawn = _problem.MustBeDrawn ? [.. run.ModeSteps.Where(step => !step.IsDrawn).Take(1)] : [];
        return undrawn.Length > 0 && !run.Runner.Design.AmendsFigure ? ProblemText.OfModeStep(undrawn[0]) : "";
    }

    private ulong Looked(BootRun run)
    {
        ulong looked = 0;
        foreach (string key in run.Used)
        {
            looked |= _candidatesOf.TryGetValue(key, out ulong candidates) ? candidates : 0;
        }

        return looked;
    }
}
