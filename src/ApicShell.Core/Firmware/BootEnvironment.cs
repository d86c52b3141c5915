using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <summary>Where a design is tried.</summary>
public sealed record BootEnvironment
{
    /// <summary>Whether on platform Native, where there is no Alternate Injection.</summary>
    public bool IsNative { get; init; }

    /// <summary>The world that the design is put into; null for a design that is whole by itself.</summary>
    public ApicWorld? World { get; init; }

    /// <summary>Whether all VMPLs of a vCPU share a local APIC or have one each, where that is not as world and design have it.</summary>
    public ApicScope? Scope { get; init; }

    /// <summary>How many vCPUs, where that is not as the boot says. What other vCPUs than these would do is left out.</summary>
    public int? VcpuCount { get; init; }

    /// <summary>Who has the timer, where that is not as the design says.</summary>
    public SvsmTimer? Timer { get; init; }

    /// <summary>A design as it is tried here.</summary>
    public ApicDesign Applied(ApicDesign design)
    {
        ApicDesign whole = World is { } world && design.World.Length == 0 ? design.In(world) : design;
        return whole with { Timer = Timer ?? whole.Timer, Scope = Scope ?? whole.Scope };
    }
}
