using ApicShell.Architecture;
using ApicShell.Confidential;

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
        HypervisorMode = vcpu.Mode;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Whether the SVSM emulates its APIC.</summary>
    public bool Enabled { get; }

    /// <summary>How the guest's #VC handler treats APIC accesses; null while it is off.</summary>
    public VcHandler? VcHandler { get; }

    /// <summary>Whether all VMPLs of the vCPU share a local APIC of the hypervisor.</summary>
    public ApicScope ApicScope { get; }

    /// <summary>The mode of the hypervisor's APIC behind the guest. The SVSM's own has none: it serves x2APIC MSRs only.</summary>
    public ApicMode HypervisorMode { get; }
}
