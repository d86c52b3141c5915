using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>A set of steps that a search may take next.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What it is for, in one line.</param>
/// <param name="EachVcpu">Steps that each vCPU may do.</param>
/// <param name="EachPair">Steps that each vCPU may do to each other; <c>vN</c> stands for the other.</param>
public sealed record ApicAlphabet(string Name, string Title, IReadOnlyList<string> EachVcpu, IReadOnlyList<string> EachPair)
{
    /// <summary>The steps for so many vCPUs.</summary>
    public IEnumerable<MachineStep> Steps(int vcpuCount)
    {
        for (int vcpu = 0; vcpu < vcpuCount; vcpu++)
        {
            foreach (string line in EachVcpu)
            {
                yield return StepGrammar.Parse(line) with { Vcpu = vcpu };
            }

            foreach (int other in Enumerable.Range(0, vcpuCount).Where(other => other != vcpu))
            {
                foreach (string line in EachPair)
                {
                    yield return StepGrammar.Parse(line.Replace("vN", $"v{other}")) with { Vcpu = vcpu };
                }
            }
        }
    }
}

/// <summary>The alphabets that come with the emulator.</summary>
public static class AlphabetCatalogue
{
    private static readonly string[] s_access =
        ["ensure Svr 0x100", "read Id", "write Tpr 0x40", "write Tpr 0", "change LvtTimer 0x300FF 0x20", "write TimerInitial 1000"];

    private static readonly string[] s_interrupts =
        ["self 0x31", "self 0x61", "host edge 0x41", "allow 0x41", "sti", "cli", "take", "eoi"];

    private static readonly string[] s_sends = ["ipi 0x51 vN", "start vN"];

    private static readonly ApicAlphabet[] s_alphabets =
    [
        new("Access", "registers read and written by the guest's library, in the mode it finds", s_access, []),
        new("Interrupts", "interrupts sent, taken and ended, priority and interrupt flag; other vCPUs started", ["ensure Svr 0x100", "write Tpr 0x40", "write Tpr 0", .. s_interrupts, "intercept"], s_sends),
        new("Firmware", "what firmware does, with the step to x2APIC mode that it may take; device, timer and SVSM beside it, other vCPUs started",
            [.. s_access, "mode X2Apic", .. s_interrupts, "allow 0x20", "advance", "intercept"], s_sends),
        new("Modes", "every step between modes, by guest, host and SVSM, and RESET and INIT",
            ["ensure Svr 0x100", "write Tpr 0x40", "mode X2Apic", "mode XApic", "mode Disabled", "host mode X2Apic", "host mode XApic", "svsm mode X2Apic", "when native host init", "reset"], []),
        new("Full", "all of these, levels and NMIs, and the SVSM's protocol given up and taken again",
            [.. s_access, "mode X2Apic", "mode XApic", .. s_interrupts, "allow 0x20", "advance", "intercept", "host level 0x75", "allow 0x75", "host nmi", "cr8 0", "cr8 5",
                "host mode X2Apic", "when native host init", "register", "deregister", "activate", "reset"],
            [.. s_sends, "nmi vN"]),
    ];

    /// <summary>Every alphabet.</summary>
    public static IReadOnlyList<ApicAlphabet> All => s_alphabets;

    /// <summary>The alphabet of a name, whatever its case; null for none.</summary>
    public static ApicAlphabet? Find(string name) => Array.Find(s_alphabets, one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));
}
