using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <summary>
/// The candidates of the svsm-devel thread of March 2025 (000516 and 000519) and of what followed, each by what differs; things as they stand; and one
/// of our own. Names A to J are those of the list in the project's dossier.
/// </summary>
public static class DesignCatalogue
{
    private static readonly MachineStep[] s_hostSwitches = Steps("host mode X2Apic");

    private static readonly ApicDesign[] s_designs =
    [
        new()
        {
            Name = "None",
            Title = "as the mail has it: the guest takes every access as an x2APIC MSR, and KVM starts in xAPIC mode",
            For = "nothing to be done",
            Against = "SEC's first access fails: the SVSM does not serve SVR, and KVM in xAPIC mode raises #GP for its MSR",
            Source = "svsm-devel 2025-March/000516",
        },
        new()
        {
            Name = "Edk2",
            Title = "as upstream edk2 has it: the APIC page goes straight to the hypervisor, nothing reaches the SVSM",
            For = "nothing to be done; every access succeeds",
            Against = "EOI, TPR and ICR never reach the SVSM, which delivers the interrupts: the first one is never ended",
            Source = "edk2 OvmfPkg CcExitLib/CcExitVcHandler.c",
            Handler = VcHandler.Edk2,
        },
        new()
        {
            Name = "A",
            Title = "KVM switches the vCPU to x2APIC mode when Alternate Injection is activated",
            For = "firmware untouched: OVMF's library looks at APIC_BASE before each access and finds EXTD; the step itself is a drawn arrow",
            Against = "a mode change behind the guest's back; refused by the KVM maintainer",
            Source = "svsm-devel 2025-March/000516 (idea), 000519 (refused)",
            OnActivation = s_hostSwitches,
        },
        new()
        {
            Name = "B",
            Title = "KVM creates the vCPU in x2APIC mode",
            For = "simple; 32-bit IDs from the start; firmware untouched",
            Against = "figure 16-32 has no arrow from RESET to x2APIC mode, and KVM's own RESET leaves xAPIC mode; refused by the KVM maintainer",
            Source = "svsm-devel 2025-March/000516 (idea, doubted there), 000519 (refused)",
            ResetMode = ApicMode.X2Apic,
            ResetBy = ResetOwner.Kvm,
        },
        new()
        {
            Name = "C",
            Title = "OVMF enters x2APIC mode in SEC, where an SVSM is present and Alternate Injection is on",
            For = "what the KVM maintainer asked for; a legal write of the guest; no new interface",
            Against = "edk2 has to look for the SVSM in SEC; the change is stale; each AP starts in xAPIC mode again and needs the same",
            Source = "svsm-devel 2025-March/000519; edk2 PR 11033",
            Firmware = [new("SEC", Steps("when ai mode X2Apic"))],
        },
        new()
        {
            Name = "D",
            Title = "the specification supports xAPIC: the SVSM emulates the whole APIC, APIC_BASE included",
            For = "old firmware works as it is; one APIC, one view; OpenHCL does it",
            Against = "more trusted code, and memory accesses to decode; with an APIC per VMPL nobody enables the hypervisor's APIC of the guest, to which devices send",
            Source = "OpenHCL virt_mshv_vtl snp/mod.rs (precedent); facts 8.2",
            Handler = VcHandler.Whole,

            // The hypervisor's APIC is then the SVSM's alone, which sets it up as COCONUT-SVSM does, to notify by it.
            OnActivation = Steps("svsm setup"),
        },
        new()
        {
            Name = "E",
            Title = "the SVSM takes the guest's APIC to x2APIC mode by its own GHCB write, as COCONUT-SVSM does to its own",
            For = "firmware untouched; COCONUT-SVSM does it since April 2025",
            Against = "works while all VMPLs share one APIC: with one each the SVSM changes its own only",
            Source = "coconut-svsm 2eed87c5, cpu/x86/apic.rs; facts 6.6",
            OnActivation = Steps("svsm setup"),
        },
        new()
        {
            Name = "F",
            Title = "the SVSM serves the timer by the hypervisor's #HV timer",
            For = "the timer no longer depends on KVM's mode",
            Against = "SVR and the other LVT entries still do; exit number and arguments of the #HV timer are unverified",
            Source = "svsm-devel 2025-March/000516 (what a guest is to do without timer support); facts 8.2",
            Timer = SvsmTimer.HvTimer,
        },
        new()
        {
            Name = "G",
            Title = "the guest's #VC handler translates the APIC page into MSRs and SVSM calls",
            For = "no mode change that firmware could see",
            Against = "KVM in xAPIC mode still refuses the MSRs that the SVSM does not serve: needs A or E too",
            Source = "facts 8.2",
            Handler = VcHandler.Translate,
        },
        new()
        {
            Name = "H",
            Title = "QEMU presets APIC_BASE to x2APIC mode before the vCPU runs, and after each RESET",
            For = "no change in the kernel; firmware untouched",
            Against = "as B for the guest: no arrow from RESET; with an APIC per VMPL user space must reach each of them",
            Source = "facts 8.2",
            ResetMode = ApicMode.X2Apic,
            ResetBy = ResetOwner.Host,
        },
        new()
        {
            Name = "I",
            Title = "OVMF leaves the timer alone in SEC",
            For = "the smallest change",
            Against = "the debug agent loses its timer; PEI's first access fails in the place of SEC's",
            Source = "facts 8.2",
            Firmware = [new("SEC", [], [])],
        },
        new()
        {
            Name = "J",
            Title = "AMD changes its manual: RESET may lead to x2APIC mode where Alternate Injection is used",
            For = "clean: what KVM then does is architecture",
            Against = "slow; every piece of firmware then starts in a mode that it has not asked for",
            Source = "svsm-devel 2025-March/000519 (the second half of the answer)",
            ResetMode = ApicMode.X2Apic,
            ResetBy = ResetOwner.Kvm,
            AmendsFigure = true,
        },
        new()
        {
            Name = "K",
            Title = "the #VC handler takes to the SVSM what it serves and everything else to KVM in the form it came, page or MSR",
            For = "no step between modes at all, no change in KVM, SVSM or specification",
            Against = "the handler keeps ICR's upper half and cannot send to logical destinations in xAPIC mode; SVSM and guest differ about the mode; IPIs need an APIC per VMPL, for KVM loses the destination of a notification in xAPIC mode",
            Source = "ApicShell's own",
            Handler = VcHandler.Split,
        },
        new()
        {
            Name = "C+AP",
            Title = "as C, and OVMF's APs enter x2APIC mode as their first step too",
            For = "as C, for machines with more than one processor",
            Against = "as C, and one more place in edk2",
            Source = "ApicShell's own, from what C lacks",
            Firmware =
            [
                new("SEC", Steps("when ai mode X2Apic")),
                new("PEI", [], null) { BeforeAps = Steps("aps: when ai follow") },
            ],
        },
    ];

    /// <summary>Every design.</summary>
    public static IReadOnlyList<ApicDesign> All => s_designs;

    /// <summary>The design of a name, whatever its case; null for none.</summary>
    public static ApicDesign? Find(string name) => Array.Find(s_designs, design => string.Equals(design.Name, name, StringComparison.OrdinalIgnoreCase));

    private static MachineStep[] Steps(params string[] lines) => [.. lines.Select(StepGrammar.Parse)];
}
