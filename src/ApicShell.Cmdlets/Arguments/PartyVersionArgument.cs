using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>A version of a party as a user gives it: an object, or a name. It is looked up by the command, so that the error has an id of its own.</summary>
public sealed class PartyVersionArgument
{
    private readonly object? _value;

    /// <summary>Takes anything.</summary>
    /// <param name="value">A version, or a name.</param>
    public PartyVersionArgument(object? value) => _value = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <inheritdoc/>
    public override string ToString() => $"{_value}";

    /// <summary>The one version of a party that it stands for.</summary>
    /// <exception cref="ApicException">The party has no version of this name, or several.</exception>
    internal ApicPartyVersion ResolveOne(RunspaceState state, Party party)
    {
        IReadOnlyList<ApicPartyVersion> found = NamedItems.Find(
            _value, state.PartyVersions.Where(version => version.Party == party), version => version.Name, (name, near) => ApicErrors.PartyVersionNotFound(party, name, near));
        return found.Count != 1 ? throw ApicErrors.NotOne(ToString(), $"versions of {party}", $"Get-ApicPartyVersion -Party {party}", found.Count)
            : found[0].Party != party ? throw ApicErrors.PartyVersionOther(found[0], party)
            : found[0];
    }
}
