using System;
using System.Collections.Generic;
using System.Globalization;
using ApicShell.Exploration;

namespace ApicShell;

/// <summary>What snapshots of searches say in words.</summary>
internal static class SearchViewText
{
    private const double Million = 1e6;

    /// <summary>Where it was searched: <c>world Today, 1 vCPU, SevSnp, APIC Shared, library Ovmf, after OvmfSmall, SEC</c>.</summary>
    public static string Searched(ApicDivergence divergence)
    {
        List<string> parts = [$"{divergence.VcpuCount} vCPU{(divergence.VcpuCount == 1 ? "" : "s")}", $"{divergence.Platform}"];
        if (divergence.ApicScope is { } scope)
        {
            parts.Add($"APIC {scope}");
        }

        if (divergence.World.Length != 0)
        {
            parts.Insert(0, $"world {divergence.World}");
        }

        parts.Add($"library {divergence.Library}");
        if (divergence.Checked != DesignProperties.All)
        {
            parts.Add($"only {divergence.Checked}");
        }

        if (divergence.After.Length != 0)
        {
            parts.Add($"after {string.Join(" and ", divergence.After)}");
        }

        return string.Join(", ", parts);
    }

    /// <summary>How much was tried: <c>4308 states, 29018 steps, 18 steps in the alphabet</c>.</summary>
    public static string Tried(ApicDivergence divergence) =>
        Text($"{divergence.States} state{(divergence.States == 1 ? "" : "s")} and {divergence.Successors} steps, {divergence.Alphabet.Length} in the alphabet");

    /// <summary>What it cost, and how sure it is.</summary>
    public static string Cost(ApicDivergence divergence)
    {
        string rate = divergence.SuccessorsPerSecond is { } steps ? Text($", {steps / Million:F2} million steps a second") : "";
        string bytes = divergence.BytesPerState is { } state ? Text($", {state:F0} bytes a state") : "";
        return Text($"{divergence.Elapsed.TotalSeconds:F2} s{rate}, {divergence.Memory / Million:F1} MB{bytes}");
    }

    /// <summary>The chance that a state was overlooked.</summary>
    public static string Overlooked(ApicDivergence divergence) => divergence.CollisionBound == 0 ? "no chance" : Text($"chance below {divergence.CollisionBound:0.0E+0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
