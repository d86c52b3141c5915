using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <summary>What became of a condition.</summary>
/// <param name="Condition">Which.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Run">The run that tells; null where it cannot happen.</param>
/// <param name="Problem">The first problem, in words with its source; empty where it is survived, or cannot happen.</param>
/// <param name="Exclusion">Why it cannot happen in the world; null where it can.</param>
public sealed record ConditionResult(DesignCondition Condition, string Title, BootRun? Run, string Problem, PartyTrait? Exclusion = null)
{
    /// <summary>Whether the design survives it; what cannot happen is not survived.</summary>
    public bool Survives => Exclusion is null && Problem.Length == 0;

    /// <summary>Whether it can happen and the design does not survive it.</summary>
    public bool Fails => Exclusion is null && Problem.Length != 0;
}

/// <summary>A design on a boot: a row of the comparison.</summary>
/// <param name="Design">The design.</param>
/// <param name="Boot">The boot.</param>
/// <param name="Run">The run: every step with its accesses and answers.</param>
/// <param name="Conditions">What it was put through beside it.</param>
public sealed record DesignResult(ApicDesign Design, ApicBoot Boot, BootRun Run, IReadOnlyList<ConditionResult> Conditions)
{
    /// <summary>Whether every access was answered and every interrupt came.</summary>
    public bool Succeeds => Run.FirstProblem is null;

    /// <summary>Whether guest, SVSM and hypervisor agree after each phase.</summary>
    public bool Agrees => Run.Differences.Count == 0;

    /// <summary>Whether APM figure 16-32 has the steps between modes.</summary>
    public DrawnVerdict Drawn => !Run.ModeSteps.Any() ? DrawnVerdict.NoStep
        : Run.ModeSteps.All(step => step.IsDrawn) ? DrawnVerdict.Drawn
        : Run.Design.AmendsFigure ? DrawnVerdict.Amended
        : DrawnVerdict.NotDrawn;

    /// <summary>Who may take the steps between modes in KVM.</summary>
    public KvmVerdict Kvm => Run.ModeSteps.Select(step => step.Kvm).DefaultIfEmpty(KvmVerdict.NoStep).Max();

    /// <summary>The first problem, in words with its source; empty where there is none.</summary>
    public string Problem =>
        ProblemText.Of(Run) is { Length: > 0 } text ? text
        : Drawn == DrawnVerdict.NotDrawn ? ProblemText.OfModeStep(Run.ModeSteps.First(step => !step.IsDrawn))
        : Kvm == KvmVerdict.Refused ? ProblemText.OfModeStep(Run.ModeSteps.First(step => step.Kvm == KvmVerdict.Refused))
        : Conditions.FirstOrDefault(one => one.Fails) is { } failed ? $"{failed.Title}: {failed.Problem}"
        : "";

    /// <summary>The verdict, which follows from the rest by the order of <see cref="DesignVerdict"/>.</summary>
    public DesignVerdict Verdict => !Succeeds ? DesignVerdict.Fails
        : !Agrees ? DesignVerdict.Disagrees
        : Drawn == DrawnVerdict.NotDrawn || Kvm == KvmVerdict.Refused ? DesignVerdict.Illegal
        : Conditions.Any(one => one.Fails) ? DesignVerdict.Fragile
        : DesignVerdict.Works;
}

/// <summary>Tries designs on boots and on the conditions beside them.</summary>
public static class DesignComparison
{
    /// <summary>The names of the conditions.</summary>
    public static IReadOnlyList<DesignCondition> Conditions { get; } = [.. DesignConditionRow.All.Select(row => row.Condition)];

    /// <summary>Compares one design on one boot.</summary>
    /// <param name="design">The design.</param>
    /// <param name="boot">The boot; those that it comes after are run before it.</param>
    /// <param name="environment">Where.</param>
    /// <param name="conditions">The conditions to try.</param>
    /// <param name="made">Gets the machine of the boot's run before anything is done on it, to set an observer; null for none.</param>
    /// <exception cref="DesignException">The design does not fit the boot.</exception>
    public static DesignResult Compare(
        ApicDesign design, ApicBoot boot, BootEnvironment environment, IReadOnlyCollection<DesignCondition> conditions, Action<Machine>? made = null)
    {
        Check(design, boot);
        BootRun run = Run(design, boot, environment, [new ConditionPart()], made);
        return new(design, boot, run, [.. DesignConditionRow.All.Where(row => conditions.Contains(row.Condition)).Select(row => Try(design, boot, environment.World, row))]);
    }

    /// <summary>Refuses a design that changes phases which no boot has, or whose activation never ends.</summary>
    /// <exception cref="DesignException">It does.</exception>
    public static void Check(ApicDesign design, ApicBoot boot)
    {
        DesignCheck.Whole(design);
        foreach (PhaseChange change in design.Firmware)
        {
            string[] phases = [.. BootCatalogue.All.Append(boot).SelectMany(one => one.Phases).Select(phase => phase.Name).Distinct()];
            if (!phases.Contains(change.Phase, StringComparer.OrdinalIgnoreCase))
            {
                throw new DesignException(design, $"it changes phase \"{change.Phase}\", which no boot has. Phases are {string.Join(", ", phases)}.");
            }
        }
    }

    private static ConditionResult Try(ApicDesign design, ApicBoot boot, ApicWorld? world, DesignConditionRow row)
    {
        if (world?.Exclusion(row.Condition) is { } excluded)
        {
            return new(row.Condition, row.Title, null, "", excluded);
        }

        BootRun run = Run(design, boot, row.Environment with { World = world }, row.Boots);
        string problem = ProblemText.Of(run);
        return new(row.Condition, row.Title, run, problem);
    }

    /// <summary>Runs a design on the parts of a condition.</summary>
    internal static BootRun Run(
        ApicDesign design, ApicBoot boot, BootEnvironment environment, IReadOnlyList<ConditionPart> parts, Action<Machine>? made = null, bool endsAtProblem = false)
    {
        IReadOnlyList<ApicBoot> compared = BootCatalogue.Chain(boot);
        int vcpus = environment.VcpuCount ?? Math.Max(
            parts.Any(part => part.Boot is null && part.Phase is null && part.Step is null) ? compared.Max(one => one.VcpuCount) : 2,
            parts.Where(part => part.Boot is not null).Select(part => BootCatalogue.Find(part.Boot!)!.VcpuCount).DefaultIfEmpty(1).Max());
        var run = BootRun.Start(design, environment, vcpus, made, endsAtProblem);
        foreach (ConditionPart part in parts)
        {
            if (part.Step is { } step)
            {
                run.Do("Condition", "Step", StepGrammar.Parse(step));
            }
            else if (part.Phase is { } phase)
            {
                run.Do("Condition", BootCatalogue.Part(phase));
            }
            else
            {
                foreach (ApicBoot one in part.Boot is { } name ? [BootCatalogue.Find(name)!] : compared)
                {
                    run.Do(one);
                }
            }
        }

        return run;
    }
}
