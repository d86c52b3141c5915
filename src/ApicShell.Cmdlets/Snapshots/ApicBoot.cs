using System.Linq;

namespace ApicShell;

/// <summary>What a guest does with its APICs while it boots.</summary>
public sealed class ApicBoot
{
    internal ApicBoot(Firmware.ApicBoot core)
    {
        Core = core;
        Phase = [.. core.Phases.Select(phase => new ApicBootPhase(core.Name, phase))];
    }

    /// <summary>Its name.</summary>
    public string Name => Core.Name;

    /// <summary>What it is, in one line.</summary>
    public string Title => Core.Title;

    /// <summary>The number of vCPUs that it is meant for.</summary>
    public int VcpuCount => Core.VcpuCount;

    /// <summary>The boot that comes before it; null for none.</summary>
    public string? After => Core.After;

    /// <summary>Its phases, in order.</summary>
    public ApicBootPhase[] Phase { get; }

    /// <summary>The steps of all phases, in order.</summary>
    public ApicStep[] Step => [.. Phase.SelectMany(phase => phase.Step)];

    internal Firmware.ApicBoot Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
