using System.Collections.Generic;

namespace ApicShell.Firmware;

/// <summary>What a design changes in one phase of a boot.</summary>
/// <param name="Phase">The phase's name.</param>
/// <param name="Before">Steps that come before those of the phase.</param>
/// <param name="Instead">Steps in the place of those of the phase; null to keep them.</param>
public sealed record PhaseChange(string Phase, IReadOnlyList<MachineStep> Before, IReadOnlyList<MachineStep>? Instead = null)
{
    /// <summary>Steps that come right before the first step of the phase that other vCPUs than the first do.</summary>
    public IReadOnlyList<MachineStep> BeforeAps { get; init; } = [];
}
