using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell;

/// <summary>What became of a condition that a design was put through beside a boot: a snapshot.</summary>
public sealed class ApicConditionResult
{
    private readonly ConditionResult _core;
    private readonly string _name;
    private ApicMachine? _machine;

    internal ApicConditionResult(ConditionResult core, string name) => (_core, _name) = (core, name);

    /// <summary>Which.</summary>
    public DesignCondition Condition => _core.Condition;

    /// <summary>In a few words.</summary>
    public string Title => _core.Title;

    /// <summary>Whether the design survives it.</summary>
    public bool Survives => _core.Survives;

    /// <summary>The first problem, in words with its source; empty where it is survived.</summary>
    public string Problem => _core.Problem;

    /// <summary>Whether it cannot happen in the world: then it is neither survived nor not.</summary>
    public bool IsExcluded => _core.Exclusion is not null;

    /// <summary>Why it cannot happen in the world, with its source; empty where it can.</summary>
    public string Exclusion => _core.Exclusion is { } trait ? $"{trait.Text.TrimEnd('.')} ({trait.Source})" : "";

    /// <summary>Exits of its run; null where it cannot happen.</summary>
    public long? Exits => _core.Run?.Exits;

    /// <summary>The steps of its run; none where it cannot happen.</summary>
    public ApicBootStep[] Step => _core.Run is { } run ? ApicBootSteps.Of(run, Machine!) : [];

    /// <summary>The machine as the run left it; null where it cannot happen. It is none of the session's by name, and has no trace of the run.</summary>
    public ApicMachine? Machine => _machine ??= _core.Run is { } run ? new ApicMachine($"{_name}/{Condition}", run.Machine, new MachineLog()) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Condition}: {(Survives ? "survives" : IsExcluded ? $"cannot happen: {Exclusion}" : Problem)}";
}
