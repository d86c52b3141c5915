using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Architecture;

namespace ApicShell.Completion;

/// <summary>Completes the id of a rule, with its sentence as the tip.</summary>
public sealed class RuleCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        return Rule.All
            .Where(rule => rule.Id != RuleId.None && rule.Id.ToString().StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(rule => new CompletionResult(rule.Id.ToString(), rule.Id.ToString(), CompletionResultType.ParameterValue, rule.Sentence));
    }
}
