using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
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
        try
        {
            add();
        }
        catch (ApicException error)
        {
            _failed = true;
            WriteError(error.ToErrorRecord());
        }
    }

    private static SearchRecord Of(PSObject item) => item.BaseObject switch
    {
        ApicDivergence divergence => divergence.Record,
        string text => Read(text),
        _ => Read(item.Properties[nameof(ApicDivergence.Text)]?.Value as string ?? $"{item}"),
    };

    private static SearchRecord Read(string text)
    {
        try
        {
            return SearchText.Read(text);
        }
        catch (TextFormatException error)
        {
            throw ApicErrors.SearchTextInvalid(text, error);
        }
    }

    private void AddFiles(string path)
    {
        string[] files;
        try
        {
            files = [.. SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)];
        }
        catch (ItemNotFoundException)
        {
            throw ApicErrors.TraceNotFound(path);
        }

        foreach (string file in files)
        {
            try
            {
                _parts.AddRange(File.ReadAllLines(file).Where(line => line.Trim().Length > 0).Select(Read));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw ApicErrors.TraceUnreadable(file, error);
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
