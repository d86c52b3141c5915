using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ApicShell.Completion;

/// <summary>Completes a VMPL that an exit can come from.</summary>
public sealed class VmplCompleter : IArgumentCompleter
{
    private static readonly (string Number, string Meaning)[] s_levels =
    [
        ("0", "The SVSM; under Restricted Injection, which has none, the guest"),
        ("2", "The guest of an SVSM"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        s_levels
            .Where(level => level.Number.StartsWith(wordToComplete, StringComparison.Ordinal))
            .Select(level => new CompletionResult(level.Number, level.Number, CompletionResultType.ParameterValue, level.Meaning));
}
