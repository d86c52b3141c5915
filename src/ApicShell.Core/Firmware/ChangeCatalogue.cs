using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using static ApicShell.Firmware.Traits;

namespace ApicShell.Firmware;

/// <summary>The changes that come with the emulator: those that the svsm-devel thread of March 2025 names, and those that it takes for granted.</summary>
public static class ChangeCatalogue
{
    private const string Facts82 = "facts 8.2";

    /// <summary>Every change.</summary>
    public static IReadOnlyList<ApicChange> All { get; } =
    [
        new("SecSwitches", "OVMF enters x2APIC mode in SEC, where Alternate Injection is on", [Party.Edk2], InPhase("SEC", "when ai mode X2Apic"))
        {
            For = "what the KVM maintainer asked for; a legal write of the guest; no new interface",
            Against = "edk2 has to look for Alternate Injection in SEC; the change is stale; each AP starts in xAPIC mode again and needs the same",
            Source = "svsm-devel 2025-March/000519; edk2 PR 11033",
        },
        new("ApsSwitchFirst", "each AP of OVMF enters the boot processor's mode as its first step", [Party.Edk2],
            new() { Firmware = [new("PEI", []) { BeforeAps = Steps("aps: when ai follow") }] })
        {
            For = "one place in MpInitLib: the mode that it sets later anyhow",
            Against = "one more place in edk2, in code that all machines share",
            Source = "edk2 UefiCpuPkg MpInitLib/MpLib.c 773-786",
        },
        new("HandlerProposal", "OVMF's #VC handler takes every access as an x2APIC MSR, to the SVSM where that serves it", [Party.Edk2], new() { Handler = VcHandler.Proposal })
        {
            For = "small; nothing of the page has to be kept",
            Against = "what the SVSM does not serve becomes an MSR that a KVM in xAPIC mode refuses",
            Source = "ApicShell's reading of svsm-devel 2025-March/000516; in no version of edk2",
            Grade = RuleGrade.Inferred,
        },
        new("HandlerTranslates", "OVMF's #VC handler translates the page into SVSM calls and x2APIC MSRs, value by value", [Party.Edk2], new() { Handler = VcHandler.Translate })
        {
            For = "no mode change that firmware could see",
            Against = "KVM in xAPIC mode still refuses the MSRs that the SVSM does not serve",
            Source = Facts82,
            Grade = RuleGrade.Inferred,
        },
        new("HandlerSplits", "OVMF's #VC handler takes to the SVSM what that serves, and everything else to KVM in the form in which it came", [Party.Edk2],
            new() { Handler = VcHandler.Split })
        {
            For = "no step between modes at all",
            Against = "the handler keeps ICR's upper half and cannot send to logical destinations in xAPIC mode; SVSM and guest differ about the mode",
            Grade = RuleGrade.Inferred,
        },
        new("OvmfAllowsVector", "OVMF allows its timer's vector by SVSM call 4", [Party.Edk2], InPhase("DXE", "when ai allow 0x20"))
        {
            For = "what the protocol has the call for",
            Against = "firmware has to know of the SVSM's APIC protocol",
            Source = "coconut-svsm cpu/apic.rs; svsm-devel, APIC protocol",
        },
        new("OvmfSetsVgif", "OVMF sets VGIF in the VMSAs that it makes for APs", [Party.Edk2], new() { Vgif = VgifSetters.Firmware })
        {
            For = "a line, as Linux has it for Secure AVIC",
            Against = "every kernel that starts APs needs it too",
            Source = "edk2 UefiCpuPkg MpInitLib/X64/AmdSev.c; Linux c77683eccf53",
        },
        new("SecLeavesTimer", "OVMF leaves the timer alone in SEC", [Party.Edk2], new() { Firmware = [new("SEC", [], [])] })
        {
            For = "the smallest change",
            Against = "the debug agent loses its timer; PEI's first access comes in the place of SEC's",
            Source = Facts82,
        },
        new("SvsmApicForAps", "the SVSM makes an APIC for each AP", [Party.Svsm], new() { SvsmApic = SvsmApics.EveryVcpu })
        {
            For = "what its protocol promises",
            Against = "COCONUT-SVSM makes it with the boot processor's VMSA alone: CREATE_VCPU has to do the same",
            Source = "coconut-svsm f4bc4bcd, cpu/percpu.rs",
        },
        new("SvsmSetsVgif", "the SVSM sets VGIF in each VMSA that it is given", [Party.Svsm],
            new() { Vgif = VgifSetters.SvsmForBootProcessor | VgifSetters.SvsmForAps })
        {
            For = "one place for all guests",
            Against = "the SVSM changes a VMSA that the guest made",
            Source = "coconut-svsm 8d16faaa, which does it for the boot processor",
        },
        new("SvsmAllowsVectors", "the SVSM lets the host send any vector before the guest has asked for it", [Party.Svsm], new() { AllVectorsAllowed = true })
        {
            For = "firmware that knows nothing of call 4 gets its interrupts",
            Against = "the guest is not asked which vectors it trusts the host with, which is what call 4 is for",
            Source = "",
        },
        new("SvsmSetsUp", "the SVSM takes its own APIC to x2APIC mode, which is the guest's where VMPLs share one", [Party.Svsm], new() { SvsmSetup = true })
        {
            For = "firmware untouched; COCONUT-SVSM does it since April 2025",
            Against = "works while all VMPLs share one APIC: with one each the SVSM changes its own only",
            Source = "coconut-svsm 2eed87c5, cpu/x86/apic.rs",
        },
        new("SvsmServesXApic", "the SVSM emulates the whole APIC, xAPIC mode and APIC_BASE included, and its specification says so", [Party.Svsm, Party.Specification],
            new() { Handler = VcHandler.Whole, SvsmSetup = true })
        {
            For = "old firmware works as it is; one APIC, one view; OpenHCL does it",
            Against = "more trusted code, and memory accesses to decode; with an APIC per VMPL nobody enables the hypervisor's APIC of the guest, to which devices send",
            Source = "OpenHCL virt_mshv_vtl snp/mod.rs (precedent); facts 8.2",
            Grade = RuleGrade.Inferred,
        },
        new("SvsmTimer", "the SVSM serves the timer by the hypervisor's #HV timer", [Party.Svsm, Party.Kvm], new() { Timer = SvsmTimer.HvTimer })
        {
            For = "the timer no longer depends on KVM's mode",
            Against = "SVR and the other LVT entries still do; exit number and arguments of the #HV timer are unverified",
            Source = "svsm-devel 2025-March/000516 (what a guest is to do without timer support); facts 8.2",
            Grade = RuleGrade.Inferred,
        },
        new("KvmSwitches", "KVM switches the vCPU to x2APIC mode when Alternate Injection is activated", [Party.Kvm], new() { OnActivation = Steps("host mode X2Apic") })
        {
            For = "firmware untouched: OVMF's library looks at APIC_BASE before each access and finds EXTD; the step itself is a drawn arrow",
            Against = "a mode change behind the guest's back; refused by the KVM maintainer",
            Source = "svsm-devel 2025-March/000516 (idea), 000519 (refused)",
        },
        new("SvsmAsksForMode", "the SVSM has KVM switch the guest's APIC, that of its plane, to x2APIC mode", [Party.Svsm, Party.Kvm],
            new() { OnActivation = Steps("host mode X2Apic") })
        {
            For = "the one who knows that Alternate Injection is on decides; KVM does not have to",
            Against = "an exit that names a VMPL's APIC exists nowhere: an SVSM reaches its own only; a mode change behind the guest's back",
            Grade = RuleGrade.Inferred,
        },
        new("KvmCreatesX2Apic", "KVM creates the vCPU in x2APIC mode", [Party.Kvm], new() { ResetMode = ApicMode.X2Apic, ResetBy = ResetOwner.Kvm })
        {
            For = "simple; 32-bit IDs from the start; firmware untouched; KVM does it for TDX and for pKVM on Intel",
            Against = "figure 16-32 has no arrow from RESET to x2APIC mode, and KVM's own RESET leaves xAPIC mode; refused by the KVM maintainer",
            Source = "svsm-devel 2025-March/000516 (idea, doubted there), 000519 (refused); KVM tdx.c, tdx_vcpu_init (precedent)",
        },
        new("KvmLeavesApic", "KVM leaves the APIC alone at AP creation", [Party.Kvm],
            new() { HypervisorBehavior = HypervisorBehavior.LeavesApicAtCreation })
        {
            For = "what an SVSM has set up in an APIC that VMPLs share stays",
            Against = "a vCPU that starts anew then keeps what waits in its APIC",
            Source = "KVM x86.c, kvm_vcpu_reset(vcpu, true); coconut-svsm issue 378",
        },
        new("KvmNotifies", "KVM takes #HV IPI from an SVSM whose APIC is disabled by SVR", [Party.Kvm],
            new() { HypervisorBehavior = HypervisorBehavior.NotifiesFromDisabledApic })
        {
            For = "a notification needs nothing of an APIC but its ID",
            Against = "no real APIC that is disabled is meant to send",
            Source = "KVM restricted injection series",
        },
        new("KvmPosts", "KVM gives a vCPU under Alternate Injection its interrupts while its APIC is disabled by SVR", [Party.Kvm],
            new() { HypervisorBehavior = HypervisorBehavior.PostsToDisabledApic })
        {
            For = "whether the guest takes them is for the SVSM's APIC to say",
            Against = "a second rule for when an APIC takes an interrupt",
            Source = "",
            Grade = RuleGrade.Inferred,
        },
        new("KvmServesAlternateInjection", "KVM gets VMPLs, Restricted Injection and the exits of Alternate Injection", [Party.Kvm],
            new() { Features = HypervisorFeatures.Usual })
        {
            For = "there is no Alternate Injection without",
            Against = "large; only parts of it have been posted",
            Source = "KVM restricted injection series; planes series of 8 June 2026",
        },
        new("QemuPresets", "QEMU presets APIC_BASE to x2APIC mode, of a plane's vCPU when KVM has it made", [Party.Qemu],
            new() { ResetMode = ApicMode.X2Apic, ResetBy = ResetOwner.Host })
        {
            For = "no change in the kernel; firmware untouched",
            Against = "as KvmCreatesX2Apic for the guest: no arrow from RESET; with an APIC per VMPL user space must do it for each plane, inside AP creation",
            Source = Facts82,
        },
        new("AmdDrawsArrow", "AMD changes its manual: RESET may lead to x2APIC mode where Alternate Injection is used", [Party.Specification], new() { AmendsFigure = true })
        {
            For = "clean: what KVM then does is architecture",
            Against = "slow; every piece of firmware then starts in a mode that it has not asked for",
            Source = "svsm-devel 2025-March/000519 (the second half of the answer)",
        },
        new("LinuxDriver", "Linux gets the driver for the SVSM's APIC", [Party.Guest], new()
        {
            Firmware =
            [
                new("Kernel", Steps("handler Linux", "when ai register", "when ai allow-all")),
                new("AP", []) { BeforeAps = Steps("aps: when ai allow-all") },
            ],
        })
        {
            For = "posted, in several versions",
            Against = "x2APIC mode only",
            Source = "Linux SVSM APIC driver, series of September 2026",
        },
        new("LinuxSetsVgif", "Linux sets VGIF in the VMSAs that it makes for APs under Alternate Injection too", [Party.Guest], new() { Vgif = VgifSetters.Kernel })
        {
            For = "it does under Secure AVIC",
            Against = "every kernel needs it",
            Source = "Linux c77683eccf53",
        },
    ];

    /// <summary>The change of a name, whatever its case; null for none.</summary>
    public static ApicChange? Find(string name) => All.FirstOrDefault(change => string.Equals(change.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Changes together, as one design.</summary>
    public static ApicDesign Together(IEnumerable<ApicChange> changes)
    {
        var design = new ApicDesign();
        var names = new List<string>();
        foreach (ApicChange change in changes)
        {
            design = change.Effect.On(design);
            names.Add(change.Name);
        }

        return design with { Changes = names };
    }
}
