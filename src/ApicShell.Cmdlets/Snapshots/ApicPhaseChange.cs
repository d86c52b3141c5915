using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>What a design changes in one phase of firmware.</summary>
public sealed class ApicPhaseChange
{
    internal ApicPhaseChange(PhaseChange core) => Core = core;

    /// <summary>The phase's name.</summary>
    public string Phase => Core.Phase;

    /// <summary>Steps that come before those of the phase.</summary>
    public string[] Before => Texts(Core.Before);

    /// <summary>Steps in the place of those of the phase; null where it keeps its own.</summary>
    public string[]? Instead => Core.Instead is { } steps ? Texts(steps) : null;

    /// <summary>Steps right before the first step of the phase that an AP does.</summary>
    public string[] BeforeAps => Texts(Core.BeforeAps);

    internal PhaseChange Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Core.ToString();

    private static string[] Texts(IEnumerable<MachineStep> steps) => [.. steps.Select(step => step.ToString())];
}
