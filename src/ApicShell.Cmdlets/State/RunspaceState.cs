using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace ApicShell.State;

/// <summary>The machines of one runspace; parallel runspaces do not see each other's.</summary>
internal sealed class RunspaceState
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceState> s_states = new();

    private readonly List<ApicMachine> _machines = [];
    private int _named;

    /// <summary>The state of the runspace that runs now.</summary>
    public static RunspaceState Current => s_states.GetValue(Runspace.DefaultRunspace, _ => new RunspaceState());

    /// <summary>All machines, oldest first.</summary>
    public IReadOnlyList<ApicMachine> Machines => _machines;

    /// <summary>The newest machine, or null.</summary>
    public ApicMachine? CurrentMachine => _machines.Count == 0 ? null : _machines[_machines.Count - 1];

    public ApicMachine? Find(string name) => _machines.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A name that no machine has: M1, M2 and so on.</summary>
    public string NextName()
    {
        string name;
        do
        {
            name = $"M{++_named}";
        }
        while (Find(name) is not null);

        return name;
    }

    public void Add(ApicMachine machine) => _machines.Add(machine);

    public void Remove(ApicMachine machine) => _machines.Remove(machine);
}
