using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a machine of the session.</summary>
public sealed class MachineCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        RunspaceState.Current.Machines.Select(machine => (machine.Name, $"{machine.VcpuCount} vCPUs, {machine.Model}, {machine.Platform}"));
}
