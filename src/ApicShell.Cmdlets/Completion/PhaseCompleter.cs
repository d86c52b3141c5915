using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.Searching;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a phase: of the boots that -Boot names, else of all.</summary>
public sealed class PhaseCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        Boots(commandName, boundParameters["Boot"])
            .SelectMany(boot => boot.Phase)
            .GroupBy(phase => phase.Name, StringComparer.OrdinalIgnoreCase)
            .Select(group => (group.Key, string.Join(", ", group.Select(phase => phase.Boot))));

    private static IEnumerable<ApicBoot> Boots(string commandName, object? given)
    {
        RunspaceState state = RunspaceState.Current;
        try
        {
            // A search without -Boot takes its phases from the usual boot.
            bool isSearch = string.Equals(commandName, "Find-ApicDivergence", StringComparison.OrdinalIgnoreCase);
            ApicBoot[] named = [.. StepLines.Items(given ?? (isSearch ? SearchBoots.Usual : null)).SelectMany(item => new BootArgument(item).Resolve(state))];
            return named.Length == 0 ? state.Boots : named;
        }
        catch (ApicException)
        {
            return state.Boots;
        }
    }
}
