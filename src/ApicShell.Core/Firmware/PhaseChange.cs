using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Firmware;

/// <summary>What a design changes in one phase of a boot.</summary>
/// <param name="Phase">The phase's name.</param>
/// <param name="Before">Steps that come before those of the phase.</param>
/// <param name="Instead">Steps in the place of those of the phase; null to keep them.</param>
public sealed record PhaseChange(string Phase, IReadOnlyList<MachineStep> Before, IReadOnlyList<MachineStep>? Instead = null)
{
    /// <summary>Steps that come right before the first step of the phase that other vCPUs than the first do.</summary>
    public IReadOnlyList<MachineStep> BeforeAps { get; init; } = [];

    /// <summary>The change in words.</summary>
    public override string ToString() => $"{Phase}: " + string.Join("; ", new[]
    {
        Before.Count == 0 ? "" : $"first {string.Join(", ", Before)}",
        Instead is not { } instead ? "" : instead.Count == 0 ? "nothing of its own" : $"instead {string.Join(", ", instead)}",
        BeforeAps.Count == 0 ? "" : $"before its APs {string.Join(", ", BeforeAps)}",
    }.Where(text => text.Length != 0));
}
