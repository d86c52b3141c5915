using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Help;

/// <summary>The codes of what can be wrong with the help. They are listed in <c>Pages/README.md</c>.</summary>
internal static class DiagnosticCode
{
    internal const string Module = "AH001";
    internal const string MissingPage = "AH002";
    internal const string UnknownCmdlet = "AH003";
    internal const string Malformed = "AH004";
    internal const string MissingPart = "AH005";
    internal const string MissingParameter = "AH006";
    internal const string UnknownParameter = "AH007";
    internal const string MissingExample = "AH008";
    internal const string UnknownType = "AH009";
    internal const string UnknownLink = "AH010";
    internal const string ExampleSyntax = "AH011";
    internal const string ExampleCommand = "AH012";
}

/// <summary>One thing that is wrong, and where; prints as MSBuild wants it, so that a build points at the line.</summary>
internal sealed record Diagnostic(string Path, int Line, string Code, string Message)
{
    public override string ToString() => $"{Path}({Line}): error {Code}: {Message}";
}

/// <summary>Collects what is wrong, so that one run names everything.</summary>
internal sealed class DiagnosticList
{
    private readonly HashSet<Diagnostic> _items = [];

    internal bool IsEmpty => _items.Count == 0;

    internal IEnumerable<Diagnostic> Sorted => _items
        .OrderBy(item => item.Path, StringComparer.Ordinal)
        .ThenBy(item => item.Line)
        .ThenBy(item => item.Code, StringComparer.Ordinal)
        .ThenBy(item => item.Message, StringComparer.Ordinal);

    internal void Add(string path, int line, string code, string message) => _items.Add(new Diagnostic(path, line, code, message));
}
