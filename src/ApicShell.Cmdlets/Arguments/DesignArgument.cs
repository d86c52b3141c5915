using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>A design as a user gives it: an object, or a name with wildcards. It is looked up by the command, so that the error has an id of its own.</summary>
public sealed class DesignArgument
{
    private readonly object? _value;

    /// <summary>Takes anything.</summary>
    /// <param name="value">A design, or a name.</param>
    public DesignArgument(object? value) => _value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <inheritdoc/>
    public override string ToString() => $"{_value}";

    /// <summary>The designs that it stands for; none where a name with wildcards matches none.</summary>
    /// <exception cref="ApicException">No design has this name.</exception>
    internal IReadOnlyList<ApicDesign> Resolve(RunspaceState state) =>
        NamedItems.Find(_value, state.Designs, design => design.Name, ApicErrors.DesignNotFound);

    /// <summary>The one design that it stands for.</summary>
    /// <exception cref="ApicException">No design has this name, or several do.</exception>
    internal ApicDesign ResolveOne(RunspaceState state)
    {
        IReadOnlyList<ApicDesign> found = Resolve(state);
        return found.Count == 1 ? found[0] : throw ApicErrors.DesignNotOne(ToString(), found.Count);
    }
}
