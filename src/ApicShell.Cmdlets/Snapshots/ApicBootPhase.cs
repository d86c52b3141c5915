using System.Linq;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>A phase of a boot, with where it was read.</summary>
public sealed class ApicBootPhase
{
    internal ApicBootPhase(string boot, BootPhase core)
    {
        Boot = boot;
        Core = core;
        Step = [.. core.Steps.Select((step, index) => new ApicStep(boot, core.Name, index + 1, step))];
    }

    /// <summary>The boot's name.</summary>
    public string Boot { get; }

    /// <summary>The phase's name.</summary>
    public string Name => Core.Name;

    /// <summary>How its code reaches the APIC.</summary>
    public GuestLibrary Library => Core.Library;

    /// <summary>Where it was read.</summary>
    public string Source => Core.Source;

    /// <summary>What it does, in order.</summary>
    public ApicStep[] Step { get; }

    internal BootPhase Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
