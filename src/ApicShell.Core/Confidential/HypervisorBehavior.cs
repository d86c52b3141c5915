using System;

namespace ApicShell.Confidential;

/// <summary>
/// What a hypervisor does otherwise than KVM does. None is KVM: GHCB AP creation is an INIT of the target's APIC (kvm_vcpu_reset(vcpu, true), x86.c),
/// #HV IPI is refused to an APIC that is disabled by SVR (KVM restricted injection series), and such an APIC takes no interrupt (lapic.c).
/// </summary>
[Flags]
public enum HypervisorBehavior : byte
{
    /// <summary>As KVM.</summary>
    None = 0,

    /// <summary>AP creation sets the target's VMSA alone, and leaves its APIC as it is.</summary>
    LeavesApicAtCreation = 1 << 0,

    /// <summary>An SVSM may notify others by #HV IPI while its APIC is disabled by SVR.</summary>
    NotifiesFromDisabledApic = 1 << 1,

    /// <summary>A vCPU whose VMSA has Alternate Injection on gets its devices' interrupts, and its SVSM its notifications, while its APIC is disabled by SVR.</summary>
    PostsToDisabledApic = 1 << 2,
}
