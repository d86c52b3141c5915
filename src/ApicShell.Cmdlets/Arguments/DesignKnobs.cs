using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>Turns a design's knobs, by their names; each turn makes another design.</summary>
internal sealed class DesignKnobs
{
    private static readonly string[] s_parts = ["Before", "Instead", "BeforeAps"];

    private readonly string _name;
    private readonly RunspaceState _state;

    public DesignKnobs(string name, RunspaceState state) => (_name, _state) = (name, state);

    private string Who => $"Design \"{_name}\"";

    /// <summary>Turns one knob.</summary>
    /// <exception cref="ApicException">There is no such knob, or it cannot be turned there.</exception>
    public Firmware.ApicDesign Turn(Firmware.ApicDesign design, string knob, object? value)
    {
        string[] names = [.. DesignKnob.All.Where(IsUsers).Select(one => one.Name)];
        DesignKnob row = DesignKnob.Find(knob) is { } found && IsUsers(found) ? found
            : throw ApicErrors.DesignInvalid(_name, $"it has no knob \"{knob}\". {ApicErrors.Meant(Suggestion.For(knob, names))}Knobs are {string.Join(", ", names)}.");
        return row.Set(design, ValueOf(row, design, Unwrapped.Of(value)));
    }

    /// <summary>Whether a user turns it: a world and changes are not given as knobs.</summary>
    public static bool IsUsers(DesignKnob knob) => knob.Name is not (nameof(Firmware.ApicDesign.World) or nameof(Firmware.ApicDesign.Changes));

    /// <summary>Looks at the whole.</summary>
    /// <exception cref="ApicException">Two knobs do not fit each other, or an activation would never end.</exception>
    public static Firmware.ApicDesign Checked(Firmware.ApicDesign design)
    {
        // Who resets is a question of its own only where there is a mode to reset to.
        design = design with { ResetBy = design is { ResetMode: not null, ResetBy: ResetOwner.Nobody } ? ResetOwner.Kvm : design.ResetBy };
        try
        {
            DesignCheck.Whole(design);
        }
        catch (DesignException error)
        {
            throw ApicErrors.DesignInvalid(error);
        }

        return design;
    }

    /// <summary>What a user gives, as the type of a knob has it.</summary>
    private object? ValueOf(DesignKnob knob, Firmware.ApicDesign design, object? value) =>
        knob.Type == typeof(string) ? $"{value}"
        : knob.Type == typeof(bool) || knob.Type == typeof(bool?) ? value is null && knob.Type == typeof(bool?) ? null : Truth(knob, value)
        : knob.Type == typeof(IReadOnlyList<MachineStep>) ? StepLines.Read(value, $"{Who}, {knob.Name}")
        : knob.Type == typeof(IReadOnlyList<PhaseChange>) ? Changed(design, value)
        : Choice(knob, value);

    /// <summary>Yes or no. What PowerShell takes for true goes further: any text, and an array that holds itself for ever.</summary>
    private bool Truth(DesignKnob knob, object? value) => value switch
    {
        null => false,
        bool truth => truth,
        SwitchParameter given => given.IsPresent,
        int number and (0 or 1) => number == 1,
        string text when bool.TryParse(text, out bool truth) => truth,
        _ => throw ApicErrors.DesignInvalid(_name, $"\"{value}\" is no {knob.Name}. Values are $true and $false."),
    };

    private object? Choice(DesignKnob knob, object? value)
    {
        Type? nullable = Nullable.GetUnderlyingType(knob.Type);
        if (value is null && nullable is not null)
        {
            return null;
        }

        return FlatArgumentAttribute.IsFlat(value) && LanguagePrimitives.TryConvertTo(value, nullable ?? knob.Type, out object converted)
            ? converted
            : throw ApicErrors.DesignInvalid(
                _name, $"\"{value}\" is no {knob.Name}. {ApicErrors.Meant(Suggestion.For($"{value}", knob.Values))}Values are {string.Join(", ", knob.Values)}.");
    }

    /// <summary>Changes of phases; a phase that is given takes the place of what the design had for it, other phases stay.</summary>
    private PhaseChange[] Changed(Firmware.ApicDesign design, object? value)
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

        return [.. changes];
    }

    private IEnumerable<PhaseChange> Changes(object? item)
    {
        if (item is ApicPhaseChange change)
        {
            return [change.Core];
        }

        return item is IDictionary table
            ? table.Cast<DictionaryEntry>().Select(entry => Change($"{entry.Key}", Unwrapped.Of(entry.Value)))
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
}
