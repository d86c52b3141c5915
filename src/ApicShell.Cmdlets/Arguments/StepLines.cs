using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>Steps as a user gives them: lines of text, or steps of a boot.</summary>
internal static class StepLines
{
    /// <summary>Reads steps.</summary>
    /// <param name="value">One line, or several; null for none.</param>
    /// <param name="where">Where they stand, for the error: <c>Design "Mine", OnActivation</c>.</param>
    /// <param name="state">Whose boots can be included; null where nothing can.</param>
    /// <exception cref="ApicException">One is no step; the error names it and says what may have been meant.</exception>
    public static MachineStep[] Read(object? value, string where, RunspaceState? state = null)
    {
        var steps = new List<MachineStep>();
        int number = 0;
        Firmware.ApicBoot[] boots = state is null ? [] : [.. state.Boots.Select(boot => boot.Core)];
        foreach (object? item in Items(value))
        {
            number++;
            string line = $"{item}";
            try
            {
                if (state is not null && BootReader.Included(line, boots) is { } included)
                {
                    steps.AddRange(included);
                }
                else
                {
                    steps.Add(item is ApicStep step ? step.Core : StepGrammar.Parse(line));
                }
            }
            catch (StepFormatException error)
            {
                throw ApicErrors.StepInvalid($"{where}, step {number}", error);
            }

            if (steps.Count > BootReader.MostSteps)
            {
                throw ApicErrors.TooManySteps(where, BootReader.MostSteps);
            }
        }

        return [.. steps];
    }

    /// <summary>The items of a value that may be one or several; null is none.</summary>
    public static IEnumerable<object?> Items(object? value)
    {
        object? bare = Unwrapped.Of(value);
        return bare switch
        {
            null => [],
            string text => [text],
            IDictionary => [bare],
            IEnumerable several => several.Cast<object?>().Select(item => item is PSObject one ? one.BaseObject : item),
            _ => [bare],
        };
    }
}
