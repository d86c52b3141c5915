using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a boot, with its title as the tip.</summary>
public sealed class BootCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        RunspaceState.Current.Boots.Select(boot => (boot.Name, boot.Title));
}
