using System;

namespace ApicShell.Confidential;

/// <summary>
/// SEV_FEATURES of the VMSA, offset 0x3B0; MSR SEV_STATUS (0xC0010131) has them two bits higher, above SEV and SEV-ES (openvmm snp.rs).
/// </summary>
[Flags]
public enum SevFeatures : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>SEV-SNP is active.</summary>
    Snp = 1UL << 0,

    /// <summary>A virtual top of memory splits private from shared.</summary>
    VTom = 1UL << 1,

    /// <summary>#VC is reflected to VMPL0.</summary>
    ReflectVc = 1UL << 2,

    /// <summary>The hypervisor may inject #HV only.</summary>
    RestrictedInjection = 1UL << 3,

    /// <summary>Events come from the VMSA, which VMPL0 writes.</summary>
    AlternateInjection = 1UL << 4,

    /// <summary>Debug registers are swapped.</summary>
    DebugSwap = 1UL << 5,

    /// <summary>The host's instruction-based sampling is off while the guest runs.</summary>
    PreventHostIbs = 1UL << 6,

    /// <summary>Branch targets are isolated.</summary>
    BtbIsolation = 1UL << 7,

    /// <summary>Supervisor shadow stacks by VMPL.</summary>
    VmplSss = 1UL << 8,

    /// <summary>Secure TSC.</summary>
    SecureTsc = 1UL << 9,

    /// <summary>VMGEXIT parameters.</summary>
    VmgexitParameter = 1UL << 10,

    /// <summary>Performance counters are virtualized.</summary>
    PmcVirtualization = 1UL << 11,

    /// <summary>Instruction-based sampling is virtualized.</summary>
    IbsVirtualization = 1UL << 12,

    /// <summary>The guest chooses intercepts.</summary>
    GuestInterceptControl = 1UL << 13,

    /// <summary>Some registers of the VMSA are scrambled.</summary>
    VmsaRegisterProtection = 1UL << 14,

    /// <summary>The sibling thread is idle while the guest runs.</summary>
    SmtProtection = 1UL << 15,

    /// <summary>Secure AVIC.</summary>
    SecureAvic = 1UL << 16,

    /// <summary>IBPB on entry.</summary>
    IbpbOnEntry = 1UL << 21,

    /// <summary>The mask of allowed features counts.</summary>
    AllowedFeaturesEnable = 1UL << 63,
}
