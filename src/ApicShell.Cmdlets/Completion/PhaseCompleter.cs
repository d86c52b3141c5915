using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a phase: of the boots that -Boot names, else of all.</summary>
public sealed class PhaseCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        return Boots(fakeBoundParameters["Boot"])
            .SelectMany(boot => boot.Phase)
            .GroupBy(phase => phase.Name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Key.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(group => new CompletionResult(
                CompletionText.Argument(group.Key), group.Key, CompletionResultType.ParameterValue, string.Join(", ", group.Select(phase => phase.Boot))));
    }

    private static IEnumerable<ApicBoot> Boots(object? given)
    {
        RunspaceState state = RunspaceState.Current;
        try
        {
            ApicBoot[] named = [.. StepLines.Items(given).SelectMany(item => new BootArgument(item).Resolve(state))];
            return named.Length == 0 ? state.Boots : named;
        }
        catch (ApicException)
        {
            return state.Boots;
        }
    }
}
