using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Firmware;

/// <summary>
/// The candidates of the svsm-devel thread of March 2025 (000516 and 000519) and of what followed, and two of our own, each a set of changes; and no
/// change at all. Names A to J are those of the list in the project's dossier.
/// </summary>
public static class DesignCatalogue
{
    private static readonly ApicDesign[] s_designs =
    [
        new() { Name = "None", Title = "nothing changes", For = "nothing to be done", Against = "what the world lacks", Source = "svsm-devel 2025-March/000516 (what then happens)" },
        Of("A", "KvmSwitches"),
        Of("B", "KvmCreatesX2Apic"),
        Of("C", "SecSwitches"),
        Of("D", "SvsmServesXApic"),
        Of("E", "SvsmSetsUp"),
        Of("F", "SvsmTimer"),
        Of("G", "HandlerTranslates"),
        Of("H", "QemuPresets"),
        Of("I", "SecLeavesTimer"),
        Of("J", "KvmCreatesX2Apic", "AmdDrawsArrow"),
        Of("K", "HandlerSplits"),
        Of("C+AP", "SecSwitches", "ApsSwitchFirst"),
    ];

    /// <summary>Every design.</summary>
    public static IReadOnlyList<ApicDesign> All => s_designs;

    /// <summary>The design of a name, whatever its case; null for none.</summary>
    public static ApicDesign? Find(string name) => Array.Find(s_designs, design => string.Equals(design.Name, name, StringComparison.OrdinalIgnoreCase));

    private static ApicDesign Of(string name, params string[] changes)
    {
        ApicChange[] made = [.. changes.Select(change => ChangeCatalogue.Find(change)!)];
        return ChangeCatalogue.Together(made) with
        {
            Name = name,
            Title = string.Join("; ", made.Select(change => change.Title)),
            For = string.Join("; ", made.Select(change => change.For)),
            Against = string.Join("; ", made.Select(change => change.Against)),
            Source = string.Join("; ", made.Select(change => change.Source.Length == 0 ? "ApicShell's own" : change.Source)),
        };
    }
}
