using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes the name of a GHCB exit code.</summary>
public sealed class ExitCodeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NumberNameCompletions.Of(ProtocolNames.ExitCodes, wordToComplete);
}
