using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a boot, with its title as the tip.</summary>
public sealed class BootCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        return RunspaceState.Current.Boots
            .Where(boot => boot.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(boot => new CompletionResult(
                CompletionText.Argument(boot.Name), boot.Name, CompletionResultType.ParameterValue, boot.Title.Length == 0 ? boot.Name : boot.Title));
    }
}
