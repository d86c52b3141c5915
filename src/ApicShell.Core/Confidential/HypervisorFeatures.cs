using System;

namespace ApicShell.Confidential;

/// <summary>The hypervisor's features, as GHCB exit 0x8000FFFD and the MSR protocol's 0x081 tell them (coconut-svsm msr_protocol.rs; Xen ghcb.h).</summary>
[Flags]
public enum HypervisorFeatures : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>SEV-SNP.</summary>
    Snp = 1 << 0,

    /// <summary>AP creation.</summary>
    ApCreation = 1 << 1,

    /// <summary>Restricted injection: #HV, doorbell page and #HV IPI.</summary>
    RestrictedInjection = 1 << 2,

    /// <summary>The #HV timer of restricted injection.</summary>
    RestrictedInjectionTimer = 1 << 3,

    /// <summary>The list of APIC IDs. The emulator has no such exit, and so does not offer it by itself.</summary>
    ApicIdList = 1 << 4,

    /// <summary>Several VMPLs.</summary>
    MultiVmpl = 1 << 5,

    /// <summary>Page state changes of SEV-ES.</summary>
    SevEsPageStateChange = 1 << 6,

    /// <summary>Trusted I/O.</summary>
    Tio = 1 << 7,

    /// <summary>GHCBs can be unregistered.</summary>
    GhcbUnregister = 1 << 8,

    /// <summary>Extended interrupts: what Alternate Injection needs of the hypervisor.</summary>
    ExtendedInterrupts = 1 << 9,

    /// <summary>What a machine's hypervisor offers unless told otherwise.</summary>
    Usual = Snp | ApCreation | RestrictedInjection | RestrictedInjectionTimer | MultiVmpl | ExtendedInterrupts,
}
