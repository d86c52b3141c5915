using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Restores;

namespace ApicShell.Completion;

/// <summary>Completes what a host restores: Lapic first, then registers.</summary>
public sealed class RestoreItemCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        new[] { RestoreItem.Lapic, new(ApicRegister.ApicBase), new(ApicRegister.TscDeadline) }
            .Concat(RegisterCatalogue.All.Select(spec => new RestoreItem(spec.Register)))
            .Select(item => (item.ToString(), item.IsPage ? "The whole page, KVM_SET_LAPIC" : item.Call));
}
