using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Exploration;

namespace ApicShell.Completion;

/// <summary>Completes the name of an alphabet, with its title as the tip.</summary>
public sealed class AlphabetCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        AlphabetCatalogue.All.Select(alphabet => (alphabet.Name, alphabet.Title));
}
