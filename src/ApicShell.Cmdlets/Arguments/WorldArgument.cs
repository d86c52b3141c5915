using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>A world as a user gives it: an object, or a name with wildcards. It is looked up by the command, so that the error has an id of its own.</summary>
public sealed class WorldArgument
{
    private readonly object? _value;

    /// <summary>Takes anything.</summary>
    /// <param name="value">A world, or a name.</param>
    public WorldArgument(object? value) => _value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>The world that is meant where none is named.</summary>
    internal static WorldArgument Usual => new(Firmware.WorldCatalogue.Today.Name);

    /// <inheritdoc/>
    public override string ToString() => $"{_value}";

    /// <summary>The worlds that it stands for; none where a name with wildcards matches none.</summary>
    /// <exception cref="ApicException">No world has this name.</exception>
    internal IReadOnlyList<ApicWorld> Resolve(RunspaceState state) =>
        NamedItems.Find(_value, state.Worlds, world => world.Name, ApicErrors.WorldNotFound);

    /// <summary>The one world that it stands for.</summary>
    /// <exception cref="ApicException">No world has this name, or several do.</exception>
    internal ApicWorld ResolveOne(RunspaceState state)
    {
        IReadOnlyList<ApicWorld> found = Resolve(state);
        return found.Count == 1 ? found[0] : throw ApicErrors.NotOne(ToString(), "worlds", "Get-ApicWorld", found.Count);
    }
}
