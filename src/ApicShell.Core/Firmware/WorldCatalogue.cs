using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Firmware;

/// <summary>The worlds that come with the emulator.</summary>
public static class WorldCatalogue
{
    /// <summary>The world that is meant where none is named: the parties as they are in August 2026.</summary>
    public static ApicWorld Today { get; } = World(
        "Today", "edk2, COCONUT-SVSM and its branches of KVM and QEMU with planes, as they are in August 2026", "Upstream", "Coconut", "Planes", "Planes", "LinuxSvsm", "Apm");

    /// <summary>The world of the mail: everybody does what the mail takes for granted.</summary>
    public static ApicWorld Mail { get; } = World(
        "Mail", "what the mail of March 2025 takes for granted: one APIC for all VMPLs, an SVSM that serves every processor, a guest that knows of it",
        "Mail", "Specification", "SharedApic", "Mail", "Mail", "Mail");

    /// <summary>Every world.</summary>
    public static IReadOnlyList<ApicWorld> All { get; } =
    [
        Today,
        World("Shared", "as Today, on a KVM with one APIC for all VMPLs", "Upstream", "Coconut", "SharedApic", "Upstream", "LinuxSvsm", "Apm"),
        World("Specification", "as Today, with an SVSM as its specification has it", "Upstream", "Specification", "Planes", "Planes", "LinuxSvsm", "Apm"),
        World("Pr11033", "as Today, with edk2 PR 11033", "Pr11033", "Coconut", "Planes", "Planes", "LinuxSvsm", "Apm"),
        World("LinuxUpstream", "as Today, with a Linux that has no driver for the SVSM's APIC", "Upstream", "Coconut", "Planes", "Planes", "Linux", "Apm"),
        World("Mainline", "as Today, on KVM and QEMU as they are upstream", "Upstream", "Coconut", "Mainline", "Upstream", "LinuxSvsm", "Apm"),
        World("April2025", "COCONUT-SVSM of April 2025 on a KVM with one APIC for all VMPLs", "Upstream", "Coconut2025", "SharedApic", "Upstream", "LinuxSvsm", "Apm"),
        World("OpenHcl", "OpenHCL on Hyper-V, as far as its source says", "Upstream", "OpenHcl", "HyperV", "HyperV", "UnderParavisor", "Apm"),
        Mail,
        World("Edk2", "as Mail, with edk2 as it is upstream", "Upstream", "Specification", "SharedApic", "Mail", "Mail", "Mail"),
    ];

    /// <summary>The world of a name, whatever its case; null for none.</summary>
    public static ApicWorld? Find(string name) => All.FirstOrDefault(world => string.Equals(world.Name, name, StringComparison.OrdinalIgnoreCase));

    private static ApicWorld World(string name, string title, params string[] versions) =>
        new(name, title, versions.Select((version, party) => PartyCatalogue.Find((Party)party, version)!));
}
