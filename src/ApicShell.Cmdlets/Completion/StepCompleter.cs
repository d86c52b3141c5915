using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Firmware;

namespace ApicShell.Completion;

/// <summary>Completes a step by the forms of the language, with what each means as the tip; operands are the user's.</summary>
public sealed class StepCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');
        return StepGrammar.Forms
            .Select(form => (Usage: StepGrammar.Usage(form), form.Summary))
            .Where(form => form.Usage.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(form => new CompletionResult(CompletionText.Argument(form.Usage), form.Usage, CompletionResultType.ParameterValue, form.Summary));
    }
}
