using System;
using ApicShell.Architecture;
using ApicShell.Restores;

namespace ApicShell.Arguments;

/// <summary>What a host restores, as a user names it: Lapic, or a register by name or MSR number.</summary>
public sealed class RestoreItemArgument
{
    private readonly RegisterArgument _register;

    /// <summary>By name, or by a number as text.</summary>
    /// <param name="text">For example Lapic, TscDeadline or 0x1B.</param>
    public RestoreItemArgument(string text) => _register = new(text);

    /// <summary>By the register itself.</summary>
    public RestoreItemArgument(ApicRegister register) => _register = new(register);

    /// <summary>By the number of an MSR.</summary>
    public RestoreItemArgument(long number) => _register = new(number);

    /// <summary>The item.</summary>
    internal RestoreItem Resolve() => string.Equals(_register.ToString(), nameof(RestoreItem.Lapic), StringComparison.OrdinalIgnoreCase)
        ? RestoreItem.Lapic
        : new(RegisterResolver.Register(_register));

    /// <inheritdoc/>
    public override string ToString() => _register.ToString();
}
