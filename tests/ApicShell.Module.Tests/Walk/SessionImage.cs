using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ApicShell.Tests.Walk;

/// <summary>
/// All that the module keeps for a session, as text: machines with their whole state and the end of their traces; designs, boots, versions,
/// worlds and changes; the last results. It is looked at from behind, for a walk asks thousands of times, and commands would be a change too.
/// </summary>
internal sealed class SessionImage
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly string[] s_lists = ["_machines", "_designs", "_boots", "_versions", "_worlds", "_changes", "LastDivergence", "LastRemedy"];

    private static readonly ConcurrentDictionary<(Type Type, string Name), Func<object, object?>?> s_getters = [];

    private readonly Func<object?> _state;

    public SessionImage(Runspace runspace, Assembly module)
    {
        object states = module.GetType("ApicShell.State.RunspaceState", throwOnError: true)!
            .GetField("s_states", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        MethodInfo find = states.GetType().GetMethod("TryGetValue")!;
        _state = () =>
        {
            object?[] arguments = [runspace, null];
            return (bool)find.Invoke(states, arguments)! ? arguments[1] : null;
        };
    }

    /// <summary>The state of now.</summary>
    public string Take()
    {
        object state = _state() ?? throw new InvalidOperationException("The session has no state.");
        return string.Join("\n", s_lists.Select(list => $"{list}: {string.Join(", ", Items(Value(state, list)).Where(IsThere).Select(Text))}"));
    }

    private static IEnumerable<object?> Items(object? value) => value is IEnumerable several ? several.Cast<object?>() : [value];

    private static string Text(object? item)
    {
        if (item is null || Member(item, "Core") is not { } core || Member(item, "Log") is not { } log)
        {
            return $"{item} {(item is null ? 0 : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(item))}";
        }

        var hash = new HashCode();
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>((ulong[])Value(core.GetType().GetMethod("Checkpoint")!.Invoke(core, null)!, "Words")!));
        return $"{item} {hash.ToHashCode()} {Value(Value(log, "Trace")!, "LastNumber")}";
    }

    // A machine that was removed elsewhere is dropped when the session looks.
    private static bool IsThere(object? item) => item is null || Member(item, "IsRemoved") is not true;

    private static object? Value(object item, string name) => Getter(item.GetType(), name) is { } get ? get(item) : throw new MissingMemberException($"{item.GetType()}", name);

    private static object? Member(object item, string name) => Getter(item.GetType(), name)?.Invoke(item);

    private static Func<object, object?>? Getter(Type type, string name) => s_getters.GetOrAdd((type, name), static key =>
        key.Type.GetProperty(key.Name, Any) is { } property ? property.GetValue
        : key.Type.GetField(key.Name, Any) is { } field ? field.GetValue
        : null);
}
