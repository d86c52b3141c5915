using System.Management.Automation;

namespace ApicShell.Arguments;

/// <summary>What the engine has wrapped, as it came.</summary>
internal static class Unwrapped
{
    /// <summary>The value itself, wrapped or not.</summary>
    public static object? Of(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
