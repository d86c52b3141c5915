using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a design, with its title as the tip.</summary>
public sealed class DesignCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        return RunspaceState.Current.Designs
            .Where(design => design.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(design => new CompletionResult(
                CompletionText.Argument(design.Name), design.Name, CompletionResultType.ParameterValue, design.Title.Length == 0 ? design.Name : design.Title));
    }
}
