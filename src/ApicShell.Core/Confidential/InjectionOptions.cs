using System;

namespace ApicShell.Confidential;

/// <summary>With what Alternate Injection begins for one vCPU: what the maker of its VMSA and its SVSM leave out, or do beside.</summary>
[Flags]
public enum InjectionOptions : byte
{
    /// <summary>The SVSM has an APIC for it, VGIF is set in its VMSA, and no vector of the host is allowed.</summary>
    None = 0,

    /// <summary>
    /// The SVSM has no APIC for it: each call of the APIC protocol ends with UNSUPPORTED_PROTOCOL (coconut-svsm at f4bc4bcd makes one for the bootstrap
    /// processor alone, svsm_fw / cpu/percpu.rs alloc_guest_vmsa).
    /// </summary>
    WithoutApic = 1 << 0,

    /// <summary>
    /// VGIF is clear in its VMSA, so that what waits in V_INTR is never taken (edk2 MpInitLib X64/AmdSev.c, SevSnpCreateSaveArea, leaves an AP's
    /// VIntrCtrl 0).
    /// </summary>
    WithoutVgif = 1 << 1,

    /// <summary>The host may send it any vector without a call of the guest.</summary>
    AllVectorsAllowed = 1 << 2,

    /// <summary>Its VMSA is a new one, as AP creation takes it: where Alternate Injection was on it begins anew, and nothing is taken over from the hypervisor's APIC.</summary>
    NewVmsa = 1 << 3,
}
