using System.Collections.Generic;
using ApicShell.Confidential;
using static ApicShell.Architecture.RuleGrade;
using static ApicShell.Firmware.Traits;

namespace ApicShell.Firmware;

/// <summary>Versions of what a guest runs on: SVSMs, hypervisors, what makes machines, and specifications.</summary>
internal static class HostVersions
{
    private const string Coconut = "coconut-svsm f4bc4bcd";
    private const string GhcbExits = "coconut-svsm, which makes these exits; no KVM code that serves them was seen";

    private static readonly PartyTrait s_coconutSetup = Trait(
        "It sets up its own APIC on every processor before firmware starts, x2APIC mode by one GHCB write, then SVR.",
        "coconut-svsm 2eed87c5, snp.rs setup_percpu_current", new() { SvsmSetup = true });

    private static readonly PartyTrait s_coconutApic = Trait(
        "It has an APIC for the boot processor alone: on an AP every call of the APIC protocol ends with UNSUPPORTED_PROTOCOL.",
        Coconut + ", snp_fw.rs, cpu/percpu.rs alloc_guest_vmsa", new() { SvsmApic = SvsmApics.BootProcessor });

    private static readonly PartyTrait s_noVectorAtFirst = Trait("It allows the host no vector before call 4.", Coconut + ", cpu/apic.rs");

    private static readonly PartyTrait s_noHotPlug = Excluded(
        DesignCondition.HotPlug, "It makes its areas of processors at boot: CREATE_VCPU of an unknown APIC ID ends with INVALID_PARAMETER.", Coconut);

    private static readonly PartyTrait s_initAtCreation = Trait(
        "GHCB AP creation is an INIT of the target's APIC: its mode stays, SVR is 0xFF, the LVT masked.", "KVM x86.c, kvm_vcpu_reset(vcpu, true); coconut-svsm issue 378");

    private static readonly PartyTrait s_hvIpiNeedsEnabled = Trait(
        "#HV IPI is refused to an APIC that is not enabled by SVR, and such an APIC takes no interrupt.", "KVM restricted injection series; lapic.c");

    private static readonly PartyTrait s_extendedInterrupts = Trait(
        "It serves GHCB exits 0x8000001B to 0x8000001D, by which an SVSM is told of interrupts.", GhcbExits, new() { Features = HypervisorFeatures.Usual }, Inferred);

    private static readonly PartyTrait[] s_newVm =
    [
        Excluded(DesignCondition.Reset, "RESET of an SNP guest is a new VM.", "QEMU confidential-guest-reset, list 2026; T. Lendacky, 7 Oct 2025"),
        Excluded(DesignCondition.Reboot, "A reboot of an SNP guest is a new VM.", "QEMU confidential-guest-reset, list 2026; T. Lendacky, 7 Oct 2025"),
    ];

    private static readonly PartyVersion[] s_svsms =
    [
        new(Party.Svsm, "Coconut", "COCONUT-SVSM as it is, f4bc4bcd", "2026-08-20",
        [
            s_coconutSetup,
            s_coconutApic,
            s_noVectorAtFirst,
            Trait("It sets VGIF in the boot processor's VMSA alone, and takes an AP's as the guest made it.", "coconut-svsm 8d16faaa; protocols/core.rs check_vmsa",
                new() { Vgif = VgifSetters.SvsmForBootProcessor }),
            Trait("It requires Restricted Injection for itself, and notifies others by #HV IPI.", "coconut-svsm 10f78b9d (PR 259, 24 June 2026)"),
            s_noHotPlug,
        ]),
        new(Party.Svsm, "Coconut2025", "COCONUT-SVSM of April 2025, which sets up its APIC first; Alternate Injection is off in it unless it is built otherwise", "2025-04",
        [
            s_coconutSetup,
            s_coconutApic,
            s_noVectorAtFirst,
            Trait("It leaves VGIF 0 in every VMSA.", "coconut-svsm before 8d16faaa (13 May 2026)", new() { Vgif = VgifSetters.None }),
            s_noHotPlug,
        ]),
        new(Party.Svsm, "Specification", "an SVSM as its specification has it", "2025-03",
        [
            Trait("It has an APIC for every processor.", "SVSM specification, APIC protocol", new() { SvsmApic = SvsmApics.EveryVcpu }),
            Trait("It allows the host no vector before call 4.", "SVSM specification, APIC protocol"),
            Trait("It sets VGIF in every VMSA.", "ApicShell's own: the specification does not say who does",
                new() { Vgif = VgifSetters.SvsmForBootProcessor | VgifSetters.SvsmForAps }, Inferred),
            Trait("It does not touch its own APIC where that is the guest's too.", "ApicShell's own: the specification does not say", grade: Inferred),
        ]),
        new(Party.Svsm, "OpenHcl", "OpenHCL, which emulates the whole APIC of VTL0", "2026-08",
        [
            Trait("It emulates the whole APIC, APIC_BASE included, for every processor.", "openvmm 1488a37b, virt_mshv_vtl snp/mod.rs",
                new() { Handler = VcHandler.Whole, SvsmApic = SvsmApics.EveryVcpu, AllVectorsAllowed = true }),
            Trait("It sets up its own APIC, and sets VGIF in every VMSA.", "ApicShell's reading of openvmm 1488a37b",
                new() { SvsmSetup = true, Vgif = VgifSetters.SvsmForBootProcessor | VgifSetters.SvsmForAps }, Inferred),
        ]),
    ];

    private static readonly PartyVersion[] s_hypervisors =
    [
        new(Party.Kvm, "Mainline", "KVM as it is upstream: it has no Alternate Injection", "2026-08",
        [
            Trait("It has neither VMPLs for guests nor Restricted nor Alternate Injection.", "Linux arch/x86/kvm/svm/sev.c",
                new() { Scope = ApicScope.Shared, Features = HypervisorFeatures.Snp | HypervisorFeatures.ApCreation }),
            s_initAtCreation,
        ]),
        new(Party.Kvm, "SharedApic", "KVM with one local APIC for all VMPLs of a processor", "2025-03",
        [
            Trait("All VMPLs of a processor have one local APIC.", "KVM without planes", new() { Scope = ApicScope.Shared }),
            s_extendedInterrupts,
            s_initAtCreation,
            s_hvIpiNeedsEnabled,
        ]),
        new(Party.Kvm, "Planes", "KVM with planes, COCONUT-SVSM's branch svsm-v7.2", "2026-08-27",
        [
            Trait("Each VMPL of a processor has a local APIC of its own.", "KVM planes, series of 8 June 2026", new() { Scope = ApicScope.PerVmpl }),
            Trait("User space makes the vCPU of a plane inside AP creation.", "KVM planes, patches 50 and 57 of 60"),
            s_extendedInterrupts,
            s_initAtCreation,
            s_hvIpiNeedsEnabled,
        ]),
        new(Party.Kvm, "HyperV", "Hyper-V under OpenHCL, as far as OpenHCL's source says", "2026-08",
        [
            Trait("It serves an SVSM as these exits do, whatever the guest's own APIC says.", "ApicShell's own: Hyper-V's interface is another one",
                new()
                {
                    Scope = ApicScope.PerVmpl,
                    Features = HypervisorFeatures.Usual,
                    HypervisorBehavior = HypervisorBehavior.NotifiesFromDisabledApic | HypervisorBehavior.PostsToDisabledApic,
                }, Inferred),
        ]),
    ];

    private static readonly PartyVersion[] s_machineMakers =
    [
        new(Party.Qemu, "Upstream", "QEMU as it is upstream", "2026-08", [.. s_newVm]),
        new(Party.Qemu, "Planes", "QEMU with planes, COCONUT-SVSM's branch svsm-v7.2", "2026-08-27",
            [Trait("It makes the vCPU of a plane, with the APIC that RESET leaves, when KVM asks for it.", "coconut-svsm's QEMU branch"), .. s_newVm]),
        new(Party.Qemu, "Mail", "a machine that can be reset as one without SEV can", "",
            [Trait("RESET sets every vCPU back, and Alternate Injection is on again.", "ApicShell's own: no QEMU does so", grade: Inferred)]),
        new(Party.Qemu, "HyperV", "what makes machines on Hyper-V", "2026-08", [.. s_newVm]),
    ];

    private static readonly PartyVersion[] s_specifications =
    [
        new(Party.Specification, "Apm", "AMD's manual as it is", "2026-08",
        [
            Trait("Figure 16-32 draws RESET to disabled, disabled to xAPIC and back, xAPIC to x2APIC, x2APIC to disabled.", "APM vol. 2, figure 16-32"),
            Excluded(DesignCondition.Init, "A physical INIT is always intercepted under Alternate Injection.", "APM vol. 2, 15.36.16"),
        ]),
        new(Party.Specification, "Mail", "AMD's manual, where an INIT reaches KVM's APIC", "2025-03",
            [Trait("An INIT reaches the local APIC.", "ApicShell's own: what a design would have to stand if it did", grade: Inferred)]),
    ];

    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<PartyVersion> All { get; } = [.. s_svsms, .. s_hypervisors, .. s_machineMakers, .. s_specifications];
}
