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

    /// <summary>Exits of its run.</summary>
    public long Exits => _core.Run.Exits;

    /// <summary>The steps of its run.</summary>
    public ApicBootStep[] Step => ApicBootSteps.Of(_core.Run, Machine);

    /// <summary>The machine as the run left it. It is none of the session's by name, and has no trace of the run.</summary>
    public ApicMachine Machine => _machine ??= new ApicMachine($"{_name}/{Condition}", _core.Run.Machine, new MachineLog());

    /// <inheritdoc/>
    public override string ToString() => $"{Condition}: {(Survives ? "survives" : Problem)}";
}
