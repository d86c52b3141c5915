using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Completion;

/// <summary>Completes the name of an SVSM call: of the protocol that was named before, else of the APIC protocol.</summary>
public sealed class SvsmCallCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        uint protocol = SvsmProtocol.Apic;
        if (fakeBoundParameters["Protocol"] is { } given)
        {
            try
            {
                protocol = (uint)ProtocolNames.Protocols.NumberOf(given as NumberArgument ?? new(given));
            }
            catch (ApicException)
            {
                // A protocol that is none has no calls to offer.
                return [];
            }
        }

        return NumberNameCompletions.Of(ProtocolNames.CallsOf(protocol), wordToComplete);
    }
}
