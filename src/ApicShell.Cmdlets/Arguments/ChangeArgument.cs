using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>A change as a user gives it: an object, or a name with wildcards. It is looked up by the command, so that the error has an id of its own.</summary>
public sealed class ChangeArgument
{
    private readonly object? _value;

    /// <summary>Takes anything.</summary>
    /// <param name="value">A change, or a name.</param>
    public ChangeArgument(object? value) => _value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <inheritdoc/>
    public override string ToString() => $"{_value}";

    /// <summary>The changes that it stands for; none where a name with wildcards matches none.</summary>
    /// <exception cref="ApicException">No change has this name.</exception>
    internal IReadOnlyList<ApicChange> Resolve(RunspaceState state) =>
        NamedItems.Find(_value, state.Changes, change => change.Name, ApicErrors.ChangeNotFound);
}
