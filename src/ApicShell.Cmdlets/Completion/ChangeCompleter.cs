using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a change, with its title as the tip.</summary>
public sealed class ChangeCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        RunspaceState.Current.Changes.Select(change => (change.Name, change.Title));
}
