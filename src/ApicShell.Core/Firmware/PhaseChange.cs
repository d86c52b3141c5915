using System;
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

    /// <summary>Puts changes on top of others: of one phase the steps of both, and the newer Instead.</summary>
    /// <param name="under">What is there.</param>
    /// <param name="over">What comes on top.</param>
    public static IReadOnlyList<PhaseChange> Join(IReadOnlyList<PhaseChange> under, IReadOnlyList<PhaseChange> over) =>
        [.. under.Concat(over).GroupBy(change => change.Phase, StringComparer.OrdinalIgnoreCase).Select(changes => changes.Aggregate((one, next) => new(
            one.Phase, [.. one.Before, .. next.Before], next.Instead ?? one.Instead) { BeforeAps = [.. one.BeforeAps, .. next.BeforeAps] }))];

    /// <summary>The change in words.</summary>
    public override string ToString() => $"{Phase}: " + string.Join("; ", new[]
    {
        Before.Count == 0 ? "" : $"first {string.Join(", ", Before)}",
        Instead is not { } instead ? "" : instead.Count == 0 ? "nothing of its own" : $"instead {string.Join(", ", instead)}",
        BeforeAps.Count == 0 ? "" : $"before its APs {string.Join(", ", BeforeAps)}",
    }.Where(text => text.Length != 0));
}
