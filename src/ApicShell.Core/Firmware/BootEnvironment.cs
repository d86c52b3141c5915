using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <summary>Where a design is tried.</summary>
public sealed record BootEnvironment
{
    /// <summary>Whether on platform Native, where there is no Alternate Injection.</summary>
    public bool IsNative { get; init; }

    /// <summary>Whether all VMPLs of a vCPU share a local APIC, as in KVM without planes, or have one each.</summary>
    public ApicScope Scope { get; init; } = ApicScope.Shared;

    /// <summary>How many vCPUs, where that is not as the boot says. What other vCPUs than these would do is left out.</summary>
    public int? VcpuCount { get; init; }

    /// <summary>Who has the timer, where that is not as the design says.</summary>
    public SvsmTimer? Timer { get; init; }

    /// <summary>A design as it is tried here.</summary>
    public ApicDesign Applied(ApicDesign design) => Timer is { } timer ? design with { Timer = timer } : design;
}
