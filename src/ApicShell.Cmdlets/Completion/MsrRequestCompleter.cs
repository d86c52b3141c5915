using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes the name of a request in the GHCB MSR.</summary>
public sealed class MsrRequestCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NumberNameCompletions.Of(ProtocolNames.MsrRequests, wordToComplete);
}
