using System;
using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ApicShell.Completion;

/// <summary>Completes a name of a list: those that begin with what was typed, quoted where that is needed, each with a tip.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');

        // -Name takes wildcards, so that a name with their letters must be escaped there.
        bool wildcards = string.Equals(parameterName, "Name", StringComparison.OrdinalIgnoreCase);
        return Names(commandName, fakeBoundParameters)
            .Where(one => one.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(one => new CompletionResult(
                CompletionText.Argument(wildcards ? WildcardPattern.Escape(one.Name) : one.Name), one.Name, CompletionResultType.ParameterValue, one.Tip.Length == 0 ? one.Name : one.Tip));
    }

    /// <summary>The names, each with its tip; an empty one shows the name again.</summary>
    private protected abstract IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters);
}
