using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes the name of an SVSM protocol.</summary>
public sealed class SvsmProtocolCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NumberNameCompletions.Of(ProtocolNames.Protocols, wordToComplete);
}
