namespace ApicShell.Confidential;

/// <summary>How the guest's #VC handler treats accesses to the APIC while Alternate Injection is on.</summary>
public enum VcHandler : byte
{
    /// <summary>
    /// As upstream edk2: the page goes to the hypervisor by GHCB MMIO exits and MSRs by GHCB MSR exits; nothing reaches the SVSM.
    /// </summary>
    Edk2,

    /// <summary>
    /// As the Alternate Injection proposal implies: every access is taken as the register's x2APIC MSR; what the SVSM serves goes to the
    /// SVSM, all else to the hypervisor by GHCB MSR exits.
    /// </summary>
    Proposal,

    /// <summary>
    /// As Linux's driver for the SVSM's APIC: x2APIC mode only, a fixed set of MSRs to the SVSM, LDR and all else to the hypervisor by GHCB MSR
    /// exits. It ends the guest when a call fails or the APIC is not in x2APIC mode.
    /// </summary>
    Linux,

    /// <summary>
    /// Candidate G of the svsm-devel thread: accesses to the page of what the SVSM serves become SVSM calls, from the xAPIC form to the protocol's
    /// and back, ICR2 being memory of the handler; all else goes to the hypervisor as the register's x2APIC MSR, by GHCB MSR exits.
    /// </summary>
    Translate,

    /// <summary>
    /// As <see cref="Translate"/> where the SVSM serves the register; all else goes to the hypervisor in the form in which it came, the page by GHCB
    /// MMIO exits and MSRs by GHCB MSR exits. No mode has to change.
    /// </summary>
    Split,

    /// <summary>
    /// Candidate D of the svsm-devel thread: the SVSM emulates a whole local APIC, xAPIC mode and APIC_BASE included, and every access to the page, to
    /// MSRs 0x1B, 0x800 to 0x8FF and 0x6E0 is an SVSM call. The protocol has no calls for that: they are hypothetical.
    /// </summary>
    Whole,
}
