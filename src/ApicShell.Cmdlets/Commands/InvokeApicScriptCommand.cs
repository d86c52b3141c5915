using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.Scripts;
using ApicShell.Serialization;

namespace ApicShell.Commands;

/// <summary>Invoke-ApicScript: runs scripts of the recorder's grammar.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ApicScript", DefaultParameterSetName = PathSet)]
[OutputType(typeof(ApicScriptLine))]
public sealed class InvokeApicScriptCommand : ApicCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TextSet = "Text";
    private const string ExpectedMark = "#=";

    /// <summary>Files, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files, as they are named.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Lines of a script instead of a file.</summary>
    [Parameter(ParameterSetName = TextSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] Text { get; set; } = [];

    /// <summary>What the machines run on.</summary>
    [Parameter]
    [FlatArgument]
    public ApicBackend Backend { get; set; } = ApicBackend.Emulator;

    /// <summary>A file with the answer that is expected of each operation, one a line.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ExpectedPath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        if (ParameterSetName == TextSet)
        {
            Run("", [.. Text.SelectMany(text => Lines(text))]);
            return;
        }

        InputFile input = Input(InputKind.Script);
        foreach (string file in ParameterSetName == PathSet ? Path.SelectMany(input.Matching) : LiteralPath.Select(input.Literal))
        {
            if (Stopping)
            {
                return;
            }

            Guard(() => Run(file, Lines(input.ReadText(file))));
        }
    });

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.TrimEnd('\r'))];

    private void Run(string file, string[] lines)
    {
        ApicScript script;
        try
        {
            script = ApicScript.Parse(lines);
        }
        catch (ScriptFormatException error)
        {
            throw ApicErrors.ScriptInvalid(file, error);
        }

        string[]? recorded = ExpectedPath is null ? null : [.. ReadExpected()];
        using IMachinePlace place = Backend == ApicBackend.Kvm ? KvmBackend.Place() : new EmulatorPlace();
        int number = 0;
        foreach (string answer in ScriptRunner.Run(script, place.Make))
        {
            if (Stopping)
            {
                return;
            }

            ScriptOperation operation = script.Operations[number];
            (string? expected, bool? matches) = recorded is null ? Said(file, lines[operation.Line - 1], operation.Line, answer) : Recorded(recorded, number, answer);
            WriteObject(new ApicScriptLine(file, number++, operation.Line, operation.ToString(), answer, expected, matches));
        }
    }

    private IEnumerable<string> ReadExpected()
    {
        InputFile input = Input(InputKind.Script);
        return Lines(input.ReadText(input.Literal(ExpectedPath!))).Where(line => line.Length > 0);
    }

    private static (string? Expected, bool? Matches) Recorded(string[] recorded, int number, string answer) =>
        number < recorded.Length ? (recorded[number], ScriptLine.AreAlike(recorded[number], answer)) : (null, false);

    /// <summary>What a script says itself, as Export-ApicTrace does: the answer has it, and may have more.</summary>
    private static (string? Expected, bool? Matches) Said(string file, string text, int line, string answer)
    {
        int at = text.IndexOf(ExpectedMark, StringComparison.Ordinal);
        if (at < 0)
        {
            return (null, null);
        }

        string expected = text.Substring(at + ExpectedMark.Length).Trim();
        try
        {
            return (expected, JsonSubset.Holds(expected, answer));
        }
        catch (FormatException error)
        {
            throw ApicErrors.ScriptInvalid(file, new FormatException($"line {line}, behind {ExpectedMark}: {error.Message}", error));
        }
    }
}
