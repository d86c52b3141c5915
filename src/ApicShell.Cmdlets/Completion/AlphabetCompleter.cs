using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Exploration;

namespace ApicShell.Completion;

/// <summary>Completes the name of an alphabet, with its title as the tip.</summary>
public sealed class AlphabetCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        return AlphabetCatalogue.All
            .Where(alphabet => alphabet.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(alphabet => new CompletionResult(alphabet.Name, alphabet.Name, CompletionResultType.ParameterValue, alphabet.Title));
    }
}
