using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>Turns a design's knobs, by their names; each turn makes another design.</summary>
internal sealed class DesignKnobs
{
    private static readonly string[] s_parts = ["Before", "Instead", "BeforeAps"];

    private static readonly Dictionary<string, Func<DesignKnobs, Firmware.ApicDesign, object?, Firmware.ApicDesign>> s_knobs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Title"] = (_, design, value) => design with { Title = $"{value}" },
        ["For"] = (_, design, value) => design with { For = $"{value}" },
        ["Against"] = (_, design, value) => design with { Against = $"{value}" },
        ["Source"] = (_, design, value) => design with { Source = $"{value}" },
        ["VcHandler"] = (knobs, design, value) => design with { Handler = knobs.To<VcHandler>("VcHandler", value) },
        ["ResetMode"] = (knobs, design, value) => knobs.ResetMode(design, value),
        ["ResetBy"] = (knobs, design, value) => design with { ResetBy = knobs.To<ResetOwner>("ResetBy", value) },
        ["OnActivation"] = (knobs, design, value) => design with { OnActivation = StepLines.Read(value, $"{knobs.Who}, OnActivation") },
        ["SvsmTimer"] = (knobs, design, value) => design with { Timer = knobs.To<SvsmTimer>("SvsmTimer", value) },
        ["SvsmBehavior"] = (knobs, design, value) => design with { Behavior = knobs.To<SvsmBehavior>("SvsmBehavior", value) },
        ["Firmware"] = (knobs, design, value) => knobs.Firmware(design, value),
        ["AmendsFigure"] = (_, design, value) => design with { AmendsFigure = LanguagePrimitives.IsTrue(value) },
    };

    private readonly string _name;
    private readonly RunspaceState _state;

    public DesignKnobs(string name, RunspaceState state) => (_name, _state) = (name, state);

    /// <summary>The names of all knobs, which are those of the parameters too.</summary>
    public static IReadOnlyCollection<string> Names => s_knobs.Keys;

    private string Who => $"Design \"{_name}\"";

    /// <summary>Turns one knob.</summary>
    /// <exception cref="ApicException">There is no such knob, or it cannot be turned there.</exception>
    public Firmware.ApicDesign Turn(Firmware.ApicDesign design, string knob, object? value) =>
        s_knobs.TryGetValue(knob, out var turn)
            ? turn(this, design, value is PSObject wrapped ? wrapped.BaseObject : value)
            : throw ApicErrors.DesignInvalid(_name, $"it has no knob \"{knob}\". {ApicErrors.Meant(Suggestion.For(knob, Names))}Knobs are {string.Join(", ", Names)}.");

    /// <summary>Looks at the whole.</summary>
    /// <exception cref="ApicException">Two knobs do not fit each other, or an activation would never end.</exception>
    public Firmware.ApicDesign Checked(Firmware.ApicDesign design)
    {
        // Who resets is a question of its own only where there is a mode to reset to.
        design = design with { ResetBy = design is { ResetMode: not null, ResetBy: ResetOwner.Nobody } ? ResetOwner.Kvm : design.ResetBy };
        if (design is { ResetMode: null, ResetBy: not ResetOwner.Nobody })
        {
            throw ApicErrors.DesignInvalid(_name, $"ResetBy {design.ResetBy} says who gives a vCPU its mode after RESET, and ResetMode says no mode.");
        }

        try
        {
            DesignCheck.Activation(design);
        }
        catch (DesignException error)
        {
            throw ApicErrors.DesignInvalid(error);
        }

        return design;
    }

    private Firmware.ApicDesign ResetMode(Firmware.ApicDesign design, object? value)
    {
        if (value is null)
        {
            return design with { ResetMode = null, ResetBy = ResetOwner.Nobody };
        }

        ApicMode mode = To<ApicMode>("ResetMode", value);
        return mode != ApicMode.Invalid
            ? design with { ResetMode = mode }
            : throw ApicErrors.DesignInvalid(_name, "no APIC is ever in mode Invalid. ResetMode is Disabled, XApic or X2Apic.");
    }

    /// <summary>Changes of phases; a phase that is given takes the place of what the design had for it, other phases stay.</summary>
    private Firmware.ApicDesign Firmware(Firmware.ApicDesign design, object? value)
    {
        var changes = design.Firmware.ToList();
        foreach (object? item in StepLines.Items(value))
        {
            foreach (PhaseChange change in Changes(item))
            {
                changes.RemoveAll(one => string.Equals(one.Phase, change.Phase, StringComparison.OrdinalIgnoreCase));
                changes.Add(change);
            }
        }

        return design with { Firmware = [.. changes] };
    }

    private IEnumerable<PhaseChange> Changes(object? item)
    {
        if (item is ApicPhaseChange change)
        {
            return [change.Core];
        }

        return item is IDictionary table
            ? table.Cast<DictionaryEntry>().Select(entry => Change($"{entry.Key}", entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value))
            : throw ApicErrors.DesignInvalid(_name, $"Firmware is a table of phases, as @{{ SEC = 'when ai mode X2Apic' }}, and not \"{item}\".");
    }

    private PhaseChange Change(string phase, object? value)
    {
        string[] phases = [.. _state.Boots.SelectMany(boot => boot.Phase).Select(one => one.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
        string known = Array.Find(phases, one => string.Equals(one, phase, StringComparison.OrdinalIgnoreCase))
            ?? throw ApicErrors.PhaseNotFound(Who, phase, phases);
        string where = $"{Who}, phase {known}";
        if (value is not IDictionary parts)
        {
            return new(known, StepLines.Read(value, where, _state));
        }

        var change = new PhaseChange(known, []);
        foreach (DictionaryEntry entry in parts)
        {
            string part = $"{entry.Key}";
            MachineStep[] steps = StepLines.Read(entry.Value, $"{where}, {part}", _state);
            change = part.ToUpperInvariant() switch
            {
                "BEFORE" => change with { Before = steps },
                "INSTEAD" => change with { Instead = steps },
                "BEFOREAPS" => change with { BeforeAps = steps },
                _ => throw ApicErrors.DesignInvalid(
                    _name, $"phase {known} has no part \"{part}\". {ApicErrors.Meant(Suggestion.For(part, s_parts))}Parts are {string.Join(", ", s_parts)}."),
            };
        }

        return change;
    }

    private T To<T>(string knob, object? value)
        where T : struct, Enum => LanguagePrimitives.TryConvertTo(value, out T converted)
            ? converted
            : throw ApicErrors.DesignInvalid(
                _name, $"\"{value}\" is no {knob}. {ApicErrors.Meant(Suggestion.For($"{value}", Enum.GetNames(typeof(T))))}Values are {string.Join(", ", Enum.GetNames(typeof(T)))}.");
}
