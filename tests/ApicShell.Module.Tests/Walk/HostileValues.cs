using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using System.Numerics;

namespace ApicShell.Tests.Walk;

/// <summary>What a parameter can be given that it does not want.</summary>
internal static class HostileValues
{
    private const int Long = 100_000;
    private const int Deep = 10_000;

    /// <summary>Every value with its name, but for paths and handles.</summary>
    public static IReadOnlyList<(string Name, object? Value)> All { get; } =
    [
        ("null", null), ("empty text", ""), ("a blank", " "), ("empty array", Array.Empty<object>()), ("array with null", new object?[] { null }), ("array with empty text", new object[] { "" }),
        ("array with the good and null", new object?[] { "Tpr", null }), ("zero", 0), ("-1", -1), ("text -1", "-1"), ("Int32", int.MaxValue), ("least Int32", int.MinValue), ("Int64", long.MaxValue), ("least Int64", long.MinValue),
        ("UInt64", ulong.MaxValue), ("2^64", BigInteger.Pow(2, 64)), ("2^64 as decimal", 18446744073709551616m), ("2^64 as text", "0x10000000000000000"), ("a fraction", 0.5), ("NaN", double.NaN),
        ("infinity", double.PositiveInfinity), ("1e300", 1e300), ("a process", Process.GetCurrentProcess()), ("a table", new Hashtable { ["a"] = 1 }), ("an object", Custom()),
        ("a script block", ScriptBlock.Create("throw 'ran'")), ("true", true), ("a date", new DateTime(2026, 1, 1)), ("a type", typeof(string)), ("an error", new InvalidOperationException("hello")),
        ("an array that holds itself", Cyclic(1)), ("an array that holds itself twice", Cyclic(2)), ("a list that holds itself", CyclicList()), .. ((string[])["Firmware", "SEC", "OnActivation", "SvsmSetup", "VcHandler", "Kvm"]).Select(key => ($"a table that holds itself as {key}", (object?)CyclicTable(key))),
        ("an object whose property throws", Thrower()), ("nothing", DBNull.Value),
        ("a table with null", new Hashtable { ["a"] = null }), ("a table with a blank key", new Hashtable { [""] = "read Id" }), ("an array in an array", Nested()), ("no pattern", "a[b"), ("a backtick", "a`"), ("a wildcard", "zz*"), ("many wildcards", string.Concat(Enumerable.Repeat("*?", 500))),
        ("NUL", "a\0b"), ("control characters", "a\u001b[31m\r\n\u0007\u0085\u2028b"), ("half a pair", "a\ud800b"), ("100,000 characters", new string('x', Long)), ("100,000 digits", new string('9', Long)),
        ("100,000 words", string.Concat(Enumerable.Repeat("x ", Long / 2))), ("an array of 10,000", Enumerable.Repeat<object>("x", 10_000).ToArray()), ("a comma list", "Amd,Kvm,9"), ("a number beyond an enum", 77),
    ];

    private static PSObject Custom()
    {
        var custom = new PSObject();
        custom.Properties.Add(new PSNoteProperty("Name", "a"));
        custom.Properties.Add(new PSNoteProperty("Vcpu", 5));
        return custom;
    }

    private static PSObject Thrower()
    {
        var custom = new PSObject();
        custom.Properties.Add(new PSScriptProperty("Text", ScriptBlock.Create("throw 'thrown'")));
        return custom;
    }

    private static object?[] Cyclic(int count)
    {
        object?[] array = new object?[count];
        Array.Fill(array, array);
        return array;
    }

    private static ArrayList CyclicList()
    {
        ArrayList list = [];
        list.Add(list);
        return list;
    }

    // One key a table: a table has no order, and the first key that is wrong is the one that is named.
    private static Hashtable CyclicTable(string key)
    {
        var table = new Hashtable();
        table[key] = table;
        return table;
    }

    private static object Nested()
    {
        object nested = "x";
        for (int i = 0; i < Deep; i++)
        {
            nested = new object[] { nested };
        }

        return nested;
    }
}
