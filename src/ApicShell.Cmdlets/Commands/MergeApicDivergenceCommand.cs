using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.Exploration;
using ApicShell.Serialization;

namespace ApicShell.Commands;

/// <summary>Merge-ApicDivergence: makes one answer of the parts of a search.</summary>
[Cmdlet(VerbsData.Merge, "ApicDivergence", DefaultParameterSetName = InputSet)]
[OutputType(typeof(ApicDivergence))]
public sealed class MergeApicDivergenceCommand : ApicCommand
{
    private const string InputSet = "InputObject";
    private const string PathSet = "Path";

    private readonly List<SearchRecord> _parts = [];
    private bool _failed;

    /// <summary>Results of parts: as Find-ApicDivergence gives them, as a job or a remote session gives them back, or their Text.</summary>
    [Parameter(ParameterSetName = InputSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Files that have the Text of results, one a line.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject item in InputObject)
        {
            Add(() => _parts.Add(Of(item)));
        }

        foreach (string path in Path)
        {
            Add(() => AddFiles(path));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // A part that could not be read has its error; that it is missing need not be said too.
        if (!_failed)
        {
            Guard(() =>
            {
                var merged = new ApicDivergence(Merge());
                State.LastDivergence = merged;
                WriteObject(merged);
            });
        }
    }

    private void Add(Action add)
    {
        bool added = false;
        Guard(() =>
        {
            add();
            added = true;
        });
        _failed |= !added;
    }

    private static SearchRecord Of(PSObject item) => item.BaseObject switch
    {
        ApicDivergence divergence => divergence.Record,
        string text => Read(text, null),
        _ => Read(TextOf(item) ?? $"{item}", null),
    };

    private static string? TextOf(PSObject item)
    {
        try
        {
            return item.Properties[nameof(ApicDivergence.Text)]?.Value as string;
        }
        catch (GetValueException)
        {
            // A property that a script gives, and that fails.
            return null;
        }
    }

    /// <summary>The result of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Where it stands: file and line; null where it stands in none.</param>
    private static SearchRecord Read(string text, string? place)
    {
        try
        {
            return SearchText.Read(text);
        }
        catch (TextFormatException error)
        {
            throw ApicErrors.SearchTextInvalid(text, place, error);
        }
    }

    private void AddFiles(string path)
    {
        InputFile input = Input(InputKind.Results);
        foreach (string file in input.Matching(path))
        {
            string[] lines = input.ReadText(file).Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].Trim().Length > 0)
                {
                    _parts.Add(Read(lines[i].TrimEnd('\r'), $"{file}, line {i + 1}"));
                }
            }
        }
    }

    private SearchRecord Merge()
    {
        try
        {
            SearchResult result = SearchResult.Merge(_parts.Select(part => part.Result));
            double rate = _parts.Sum(part => part.Rate ?? 0);
            return new(_parts[0].Problem, result, _parts.Max(part => part.Elapsed), rate > 0 ? rate : null);
        }
        catch (SearchMergeException error)
        {
            throw ApicErrors.SearchParts(error);
        }
    }
}
