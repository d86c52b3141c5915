using System.Collections.Generic;

namespace ApicShell.Firmware;

/// <summary>What a guest does with its APICs while it boots, as data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What it is, in one line.</param>
/// <param name="VcpuCount">The number of vCPUs that it is meant for.</param>
/// <param name="After">The boot that comes before it, or null.</param>
/// <param name="Phases">Its phases, in order.</param>
public sealed record ApicBoot(string Name, string Title, int VcpuCount, string? After, IReadOnlyList<BootPhase> Phases)
{
    /// <summary>The boot that comes before it, where that is none of the catalogue.</summary>
    public ApicBoot? Previous { get; init; }
}
