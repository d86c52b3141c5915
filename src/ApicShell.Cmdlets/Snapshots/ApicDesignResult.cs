using System.Linq;
using ApicShell.Architecture;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>A design on a boot: a row of a comparison. A snapshot.</summary>
public sealed class ApicDesignResult
{
    private readonly DesignResult _core;
    private ApicBootStep[]? _step;

    internal ApicDesignResult(ApicDesign design, ApicBoot boot, ApicMachine machine, DesignResult core, ApicWorld world)
    {
        Design = design;
        Boot = boot;
        Machine = machine;
        _core = core;
        Inferred = [.. world.Inferred, .. design.Changes.Select(ChangeCatalogue.Find).OfType<Firmware.ApicChange>().Where(one => one.Grade == RuleGrade.Inferred).Select(one => $"{one.Name}: {one.Title}")];
        Condition = [.. core.Conditions.Select(one => new ApicConditionResult(one, machine.Name))];
        Difference = [.. core.Run.Differences.Select(ProblemText.Of)];
    }

    /// <summary>The design.</summary>
    public ApicDesign Design { get; }

    /// <summary>The world that it is true of, by name.</summary>
    public string World => _core.Run.Design.World;

    /// <summary>What of that world, and of the changes, no source says, but was concluded.</summary>
    public string[] Inferred { get; }

    /// <summary>The changes that would have to be made, by name.</summary>
    public string[] Change => Design.Changes;

    /// <summary>Who would have to act.</summary>
    public Party[] Party => Design.Party;

    /// <summary>The boot.</summary>
    public ApicBoot Boot { get; }

    /// <summary>What the boot is, in one line.</summary>
    public string BootTitle => Boot.Title;

    /// <summary>What it comes to: the first rule of the verdicts that holds.</summary>
    public DesignVerdict Verdict => _core.Verdict;

    /// <summary>Whether every access was answered, every interrupt came, and no write of host or SVSM was refused.</summary>
    public bool Succeeded => _core.Succeeds;

    /// <summary>Register accesses that guests issued; the looks at APIC_BASE of their libraries are not counted.</summary>
    public int AccessCount => _core.Run.AccessCount;

    /// <summary>Those that did what they were for.</summary>
    public int SucceededCount => _core.Run.SucceededCount;

    /// <summary>Whether APM figure 16-32 has the steps between modes.</summary>
    public DrawnVerdict Drawn => _core.Drawn;

    /// <summary>Who may take the steps between modes in KVM.</summary>
    public KvmVerdict Kvm => _core.Kvm;

    /// <summary>Whether guest, SVSM and hypervisor agree after each phase.</summary>
    public bool Agrees => _core.Agrees;

    /// <summary>What they differ in after phases, a sentence each.</summary>
    public string[] Difference { get; }

    /// <summary>Exits of the boot, those before its first instruction included.</summary>
    public long Exits => _core.Run.Exits;

    /// <summary>What it was put through beside the boot.</summary>
    public ApicConditionResult[] Condition { get; }

    /// <summary>A letter for each condition that it survives, a dash for each that it does not, an x for each that cannot happen in the world.</summary>
    public string ConditionMarks => DesignViewText.Marks(Condition);

    /// <summary>What these letters stand for.</summary>
    public string ConditionLegend { get; } = DesignViewText.Legend;

    /// <summary>The conditions that it does not survive.</summary>
    public DesignCondition[] FailedCondition => [.. Condition.Where(one => !one.Survives && !one.IsExcluded).Select(one => one.Condition)];

    /// <summary>The first problem, in words with its source; empty where there is none.</summary>
    public string Problem => _core.Problem;

    /// <summary>The steps between modes that were taken.</summary>
    public ModeStep[] ModeStep => [.. _core.Run.ModeSteps];

    /// <summary>Every step of the run, with its accesses and answers: what the row is explained by.</summary>
    public ApicBootStep[] Step => _step ??= ApicBootSteps.Of(_core.Run, Machine);

    /// <summary>The machine as the run left it, with its trace. It is none of the session's by name, and not the current one.</summary>
    public ApicMachine Machine { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Design} on {Boot} in {World}: {Verdict}";
}
