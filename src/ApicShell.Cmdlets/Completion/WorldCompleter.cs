using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a world, with its title as the tip.</summary>
public sealed class WorldCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        RunspaceState.Current.Worlds.Select(world => (world.Name, world.Title));
}
