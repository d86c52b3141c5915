using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests;

/// <summary>
/// One run of a script of examples/ in a session of its own, that all tests share which ask about it. Without arguments it is run a second time in
/// the same session.
/// </summary>
internal sealed partial class ExampleRun
{
    // Classes that run beside each other ask for the same run: the second waits for the first.
    private static readonly ConcurrentDictionary<string, Lazy<ExampleRun>> s_runs = new();

    private ExampleRun(string script, (string Name, object Value)[] arguments)
    {
        string path = Path.Combine(SampleFiles.Examples, script);
        Hashtable named = [];
        foreach ((string name, object value) in arguments)
        {
            named[name] = value;
        }

        using EngineSession session = EngineSession.WithModule();
        First = session.Run("$script, $named = $args; $rows = @(& $script @named); $rows", path, named);
        ErrorIds = [.. session.Run("$Error | ForEach-Object FullyQualifiedErrorId").NoErrors().Output.Select(item => $"{item}")];
        Table = session.Render("$rows");
        Columns = [.. First.Output.Select(row => row.Properties.Select(property => property.Name).ToArray())];
        if (arguments.Length == 0)
        {
            AgainTable = session.Run("$rows = @(& $args[0])", path).NoErrors().HostText + session.Render("$rows");
        }
    }

    /// <summary>Gets what the script emitted, and what it wrote beside that.</summary>
    public EngineResult First { get; }

    /// <summary>Gets the ids of the errors that it left behind, also of those that were ignored.</summary>
    public IReadOnlyList<string> ErrorIds { get; }

    /// <summary>Gets what is seen at a prompt of what the script emitted, in 120 columns.</summary>
    public string Table { get; }

    /// <summary>Gets the names of the properties of each row.</summary>
    public IReadOnlyList<string[]> Columns { get; }

    /// <summary>Gets all that a second run showed, or nothing if there was none.</summary>
    public string? AgainTable { get; }

    /// <summary>Gives the run of a script with these arguments, which may have happened already.</summary>
    public static ExampleRun Of(string script, params (string Name, object Value)[] arguments)
    {
        string key = $"{script} {string.Join(' ', arguments)}";
        return s_runs.GetOrAdd(key, _ => new(() => new ExampleRun(script, arguments))).Value;
    }

    /// <summary>Makes texts comparable that differ in what a session numbers and a clock measures.</summary>
    public static string Comparable(string shown) => Cost().Replace(MachineName().Replace(shown, "M/"), "");

    /// <summary>Gives each row as the text of some of its properties, with bars between.</summary>
    public IReadOnlyList<string> Rows(params string[] properties) =>
        [.. First.Output.Select(row => string.Join('|', properties.Select(name => Text(row.Properties[name].Value))))];

    /// <summary>Gives the rows of which a property has a value, each as the text of some other properties.</summary>
    public IReadOnlyList<string> RowsWhere(string property, string value, params string[] properties) =>
        [.. Rows(properties).Zip(Rows(property)).Where(row => row.Second == value).Select(row => row.First)];

    private static string Text(object? value) => value switch
    {
        PSObject wrapped => Text(wrapped.BaseObject is PSCustomObject ? wrapped.ToString() : wrapped.BaseObject),
        string text => text,
        IEnumerable several => string.Join(", ", several.Cast<object?>().Select(Text)),
        _ => FormattableString.Invariant($"{value}"),
    };

    [GeneratedRegex(@"\bM[0-9]+/")]
    private static partial Regex MachineName();

    [GeneratedRegex("^Cost .*$", RegexOptions.Multiline)]
    private static partial Regex Cost();
}
