using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes one of the names that a protocol gives its numbers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ProtocolNameCompleter : IArgumentCompleter
{
    private protected abstract NumberNames Names { get; }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NumberNameCompletions.Of(Names, wordToComplete);
}
