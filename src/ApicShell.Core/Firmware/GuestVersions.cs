using System.Collections.Generic;
using ApicShell.Confidential;
using static ApicShell.Architecture.RuleGrade;
using static ApicShell.Firmware.Traits;

namespace ApicShell.Firmware;

/// <summary>Versions of what runs in the guest: firmware and kernels.</summary>
internal static class GuestVersions
{
    private const string MpInitLib = "edk2 UefiCpuPkg MpInitLib/X64/AmdSev.c";

    private static readonly PartyTrait s_edk2Handler = Trait(
        "Its #VC handler takes every access to the hypervisor in the form in which it came; nothing reaches the SVSM.",
        "edk2 OvmfPkg CcExitLib/CcExitVcHandler.c", new() { Handler = VcHandler.Edk2 });

    private static readonly PartyTrait[] s_edk2Aps =
    [
        Trait("It never asks the SVSM to allow a vector: call 4 is nowhere in it.", "edk2 c5aa7e7d, searched"),
        Trait("It leaves VIntrCtrl of an AP's VMSA 0, so VGIF too, and gives that VMSA the features of its own, Alternate Injection with them.",
            MpInitLib + ", SevSnpCreateSaveArea"),
        Trait("Each AP programs virtual wire mode before it gets the boot processor's mode.", "edk2 UefiCpuPkg MpInitLib/MpLib.c 773-786, 2311"),
    ];

    private static readonly PartyVersion[] s_firmware =
    [
        new(Party.Edk2, "Upstream", "edk2 as it is upstream, c5aa7e7d", "2026-08-06",
            [s_edk2Handler, Trait("SEC stays in xAPIC mode.", "edk2 OvmfPkg/Sec/SecMain.c"), .. s_edk2Aps]),
        new(Party.Edk2, "Pr11033", "edk2 with the branch of PR 11033, open and stale", "2025-04",
        [
            s_edk2Handler,
            Trait("SEC enters x2APIC mode where SEV_STATUS says that Alternate Injection is on; nothing else of the APIC is changed.",
                "edk2 PR 11033, d65ec0f67c and 32e4783d10", InPhase("SEC", "when ai mode X2Apic")),
            .. s_edk2Aps,
        ]),
        new(Party.Edk2, "Mail", "edk2 as the mail of March 2025 takes it to be; there is no such edk2", "2025-03",
        [
            Trait("Its #VC handler takes every access as an x2APIC MSR, to the SVSM where that serves it.", "ApicShell's reading of svsm-devel 2025-March/000516",
                new() { Handler = VcHandler.Proposal }, Inferred),
            Trait("It allows the host its timer's vector.", "ApicShell's own: no timer interrupt would come otherwise", InPhase("DXE", "when ai allow 0x20"), Inferred),
            Trait("It sets VGIF in an AP's VMSA.", "ApicShell's own: no interrupt that has to wait would come otherwise", new() { Vgif = VgifSetters.Firmware }, Inferred),
        ]),
    ];

    private static readonly PartyTrait s_linuxVgif = Trait(
        "It sets VGIF in an AP's VMSA under Secure AVIC only, and gives the VMSA the features of its own.", "Linux c77683eccf53; wakeup_cpu_via_vmgexit");

    private static readonly PartyVersion[] s_kernels =
    [
        new(Party.Guest, "Linux", "Linux as it is upstream, without a driver for the SVSM's APIC", "2026-08",
        [
            Trait("Its #VC handler takes every access to the hypervisor.", "Linux arch/x86/coco/sev, vc_handle_msr and vc_handle_mmio", InPhase("Kernel", "handler Edk2")),
            s_linuxVgif,
        ]),
        new(Party.Guest, "LinuxSvsm", "Linux with the driver for the SVSM's APIC, series of September 2026", "2026-09",
        [
            Trait("Its #VC handler takes a fixed set of x2APIC MSRs to the SVSM, LDR and all else to the hypervisor, and ends the guest where a call fails.",
                "Linux SVSM APIC driver, series of September 2026", InPhase("Kernel", "handler Linux")),
            Trait("It registers the protocol once.", "Linux SVSM APIC driver, series of September 2026", InPhase("Kernel", "when ai register")),
            Trait("It allows every vector of each processor.", "Linux SVSM APIC driver, series of September 2026; that each processor does is concluded",
                new()
                {
                    Firmware = [new("Kernel", Steps("when ai allow-all")), new("AP", []) { BeforeAps = Steps("aps: when ai allow-all") }],
                }, Inferred),
            s_linuxVgif,
        ]),
        new(Party.Guest, "UnderParavisor", "a guest whose accesses to the APIC are reflected to VMPL0, and never come to a handler of its own", "2026-08",
            [Trait("Its accesses go where firmware's went.", "openvmm 1488a37b: #VC is reflected")]),
        new(Party.Guest, "Mail", "a Linux guest that goes on with the #VC handler that firmware has", "2025-03",
        [
            Trait("It allows every vector of each processor.", "ApicShell's own: no interrupt of the host would come otherwise",
                new()
                {
                    Firmware = [new("Kernel", Steps("when ai allow-all")), new("AP", []) { BeforeAps = Steps("aps: when ai allow-all") }],
                    Vgif = VgifSetters.Kernel,
                }, Inferred),
        ]),
    ];

    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<PartyVersion> All { get; } = [.. s_firmware, .. s_kernels];
}
