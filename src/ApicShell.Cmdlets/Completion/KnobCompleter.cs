using System;
using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Firmware;

namespace ApicShell.Completion;

/// <summary>Completes a value of the knob of a design that has the parameter's name.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class KnobCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        (DesignKnob.Find(parameterName)?.Values ?? [])
            .Where(value => value.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(value => new CompletionResult(value));
}
