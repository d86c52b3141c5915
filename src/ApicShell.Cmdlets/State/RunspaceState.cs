using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ApicShell.Firmware;

namespace ApicShell.State;

/// <summary>The machines, designs and boots of one runspace, and what its last searches found; parallel runspaces do not see each other's.</summary>
internal sealed class RunspaceState
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceState> s_states = new();

    private static readonly ApicDesign[] s_designs = [.. DesignCatalogue.All.Select(design => new ApicDesign(design))];
    private static readonly ApicPartyVersion[] s_versions = [.. PartyCatalogue.All.Select(version => new ApicPartyVersion(version))];
    private static readonly ApicWorld[] s_worlds = [.. WorldCatalogue.All.Select(world => new ApicWorld(world))];
    private static readonly ApicChange[] s_changes = [.. ChangeCatalogue.All.Select(change => new ApicChange(change))];
    private static readonly ApicBoot[] s_boots = [.. BootCatalogue.All.Select(boot => new ApicBoot(boot))];

    private readonly List<ApicMachine> _machines = [];
    private readonly List<ApicDesign> _designs = [];
    private readonly List<ApicPartyVersion> _versions = [];
    private readonly List<ApicWorld> _worlds = [];
    private readonly List<ApicChange> _changes = [];
    private readonly List<ApicBoot> _boots = [];
    private int _named;
    private ApicMachine? _used;

    /// <summary>Whether a runspace runs on this thread.</summary>
    public static bool IsThere => Runspace.DefaultRunspace is not null;

    /// <summary>The state of the runspace that runs now.</summary>
    public static RunspaceState Current => s_states.GetValue(Runspace.DefaultRunspace, _ => new RunspaceState());

    /// <summary>All machines, oldest first.</summary>
    public IReadOnlyList<ApicMachine> Machines
    {
        get
        {
            // Its handle can be removed in any runspace, and that one does not know whose machine it is.
            _machines.RemoveAll(machine => machine.IsRemoved);
            return _machines;
        }
    }

    /// <summary>The machine that is used for now, or else the newest; null where there is none.</summary>
    public ApicMachine? CurrentMachine => _used ?? (Machines is { Count: > 0 } machines ? machines[machines.Count - 1] : null);

    /// <summary>What the last search found, or null.</summary>
    public ApicDivergence? LastDivergence { get; set; }

    /// <summary>What the last search for remedies found, or null.</summary>
    public ApicRemedyResult? LastRemedy { get; set; }

    /// <summary>Has commands that are given no machine use this one, until the result is disposed of.</summary>
    public IDisposable Use(ApicMachine machine) => new UsedMachine(this, machine);

    public ApicMachine? Find(string name) => Machines.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));

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

    /// <summary>The designs of the catalogue, and those that were made in the session.</summary>
    public IEnumerable<ApicDesign> Designs => s_designs.Concat(_designs);

    /// <summary>The boots of the catalogue, and those that were made in the session.</summary>
    public IEnumerable<ApicBoot> Boots => s_boots.Concat(_boots);

    /// <summary>The versions of parties of the catalogue, and those that were made in the session.</summary>
    public IEnumerable<ApicPartyVersion> PartyVersions => s_versions.Concat(_versions);

    /// <summary>The worlds of the catalogue, and those that were made in the session.</summary>
    public IEnumerable<ApicWorld> Worlds => s_worlds.Concat(_worlds);

    /// <summary>The changes of the catalogue, and those that were made in the session.</summary>
    public IEnumerable<ApicChange> Changes => s_changes.Concat(_changes);

    /// <summary>Whether a name is one of the catalogue's, which the session cannot give to its own.</summary>
    public static bool IsReservedDesign(string name) => DesignCatalogue.Find(name) is not null;

    /// <summary>Whether a name is one of the catalogue's, which the session cannot give to its own.</summary>
    public static bool IsReservedBoot(string name) => BootCatalogue.Find(name) is not null;

    public ApicDesign? FindDesign(string name) => Designs.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));

    public ApicBoot? FindBoot(string name) => Boots.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds a design; it takes the place of one that the session had by its name.</summary>
    public void Add(ApicDesign design) => Replace(_designs, FindDesign(design.Name), design);

    /// <summary>Adds a boot; it takes the place of one that the session had by its name.</summary>
    public void Add(ApicBoot boot) => Replace(_boots, FindBoot(boot.Name), boot);

    /// <summary>Adds a version of a party; it takes the place of one that the session had by its name.</summary>
    public void Add(ApicPartyVersion version) =>
        Replace(_versions, _versions.Find(one => one.Party == version.Party && Same(one.Name, version.Name)), version);

    /// <summary>Adds a world; it takes the place of one that the session had by its name.</summary>
    public void Add(ApicWorld world) => Replace(_worlds, _worlds.Find(one => Same(one.Name, world.Name)), world);

    /// <summary>Adds a change; it takes the place of one that the session had by its name.</summary>
    public void Add(ApicChange change) => Replace(_changes, _changes.Find(one => Same(one.Name, change.Name)), change);

    public void Add(ApicMachine machine) => _machines.Add(machine);

    /// <summary>Gives back the machine that was used before.</summary>
    private sealed class UsedMachine : IDisposable
    {
        private readonly RunspaceState _state;
        private readonly ApicMachine? _before;

        public UsedMachine(RunspaceState state, ApicMachine machine) => (_state, _before, state._used) = (state, state._used, machine);

        public void Dispose() => _state._used = _before;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static void Replace<T>(List<T> list, T? old, T item)
        where T : class
    {
        int place = old is null ? -1 : list.IndexOf(old);
        if (place < 0)
        {
            list.Add(item);
        }
        else
        {
            list[place] = item;
        }
    }
}
