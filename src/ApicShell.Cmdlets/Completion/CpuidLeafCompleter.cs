using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Commands;

namespace ApicShell.Completion;

/// <summary>Completes the CPUID leaves that say something of the APIC.</summary>
public sealed class CpuidLeafCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        GetApicCpuidCommand.Leaves
            .Select(leaf => $"0x{leaf:X}")
            .Where(leaf => leaf.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(leaf => new CompletionResult(leaf, leaf, CompletionResultType.ParameterValue, leaf));
}
