using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>
/// Completes the name of a version, of the party that the parameter is named after or that -Party says, with its title as the tip.
/// </summary>
public sealed class PartyVersionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        Party? party = Enum.TryParse(parameterName, ignoreCase: true, out Party named) || Enum.TryParse($"{fakeBoundParameters["Party"]}", ignoreCase: true, out named) ? named : null;
        return new OfParty(party).CompleteArgument(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters);
    }

    private sealed class OfParty(Party? party) : NameCompleter
    {
        private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
            RunspaceState.Current.PartyVersions.Where(version => party is null || version.Party == party).Select(version => (version.Name, version.Title));
    }
}
