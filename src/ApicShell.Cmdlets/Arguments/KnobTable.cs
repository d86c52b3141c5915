using System.Collections;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>Knobs as a table: <c>@{ SvsmApic = 'EveryVcpu' }</c>.</summary>
internal static class KnobTable
{
    /// <summary>The design that turns them, and nothing else.</summary>
    /// <exception cref="Errors.ApicException">There is no such knob, or it has no such value.</exception>
    public static Firmware.ApicDesign Read(string name, IDictionary table, RunspaceState state)
    {
        var knobs = new DesignKnobs(name, state);
        var design = new Firmware.ApicDesign { Name = name };
        foreach (DictionaryEntry entry in table)
        {
            design = knobs.Turn(design, $"{entry.Key}", entry.Value);
        }

        return DesignKnobs.Checked(design) with { Name = "" };
    }
}
