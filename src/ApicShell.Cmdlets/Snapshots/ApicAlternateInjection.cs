using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>How Alternate Injection stands on a vCPU: a snapshot.</summary>
public sealed class ApicAlternateInjection
{
    internal ApicAlternateInjection(ApicVcpu vcpu, SnpPlatform platform)
    {
        Vcpu = vcpu;
        Enabled = platform.IsAlternateInjectionEnabled(vcpu.Index);
        VcHandler = Enabled ? platform.HandlerOf(vcpu.Index) : null;
        ApicScope = platform.Scope;
        Emulated = platform.IsEmulated(vcpu.Index);
        AtVmpl = vcpu.Vmpl ?? 0;
        Registrations = platform.Registrations;
        TimerSupport = platform.Options.Timer;
        SvsmBehavior = platform.Options.Behavior;
        HypervisorFeature = platform.Features;
        HypervisorMode = vcpu.Machine.Core.ApicBaseOf(vcpu.Index, AccessOrigin.Guest).Mode;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Whether its VMSA has Alternate Injection on: the SVSM gives it its interrupts.</summary>
    public bool Enabled { get; }

    /// <summary>Whether the SVSM serves its APIC calls; as a rule while it is enabled.</summary>
    public bool Emulated { get; }

    /// <summary>The VMPL it is at: 0 the SVSM, 2 the guest.</summary>
    public int AtVmpl { get; }

    /// <summary>How often the SVSM's APIC protocol is registered: one count for all vCPUs.</summary>
    public uint Registrations { get; }

    /// <summary>Who has the guest's timer.</summary>
    public SvsmTimer TimerSupport { get; }

    /// <summary>What the SVSM does otherwise than its protocol means.</summary>
    public SvsmBehavior SvsmBehavior { get; }

    /// <summary>What the hypervisor offers.</summary>
    public HypervisorFeatures HypervisorFeature { get; }

    /// <summary>How the guest's #VC handler treats APIC accesses; null while it is off.</summary>
    public VcHandler? VcHandler { get; }

    /// <summary>Whether all VMPLs of the vCPU share a local APIC of the hypervisor.</summary>
    public ApicScope ApicScope { get; }

    /// <summary>The mode of the hypervisor's APIC behind the guest. The SVSM's own has none, for it serves x2APIC MSRs only, but with handler Whole.</summary>
    public ApicMode HypervisorMode { get; }
}
