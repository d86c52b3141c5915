using System;
using System.Diagnostics;
using System.Threading;
using ApicShell.Exploration;

namespace ApicShell.Searching;

/// <summary>Runs one search on the thread of its caller, with a time limit and a clock, and tells a few times a second how it gets on.</summary>
internal sealed class SearchTask(DesignProblem problem, SearchOptions options, TimeSpan? limit, Action<SearchProgress, TimeSpan, long> report)
{
    private static readonly TimeSpan s_betweenReports = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = new();
    private TimeSpan _reported;
    private long? _first;

    /// <summary>Runs it.</summary>
    public SearchRecord Run(CancellationToken stop)
    {
        using CancellationTokenSource both = Limited(limit, stop);
        bool resumes = options.Checkpoint is { } checkpoint && System.IO.File.Exists(checkpoint.Path);
        var told = new SearchOptions
        {
            MaxDepth = options.MaxDepth,
            MaxMemory = options.MaxMemory,
            Workers = options.Workers,
            Part = options.Part,
            PartCount = options.PartCount,
            Checkpoint = options.Checkpoint,
            Progress = Report,
        };
        _clock.Start();
        SearchResult result = Search.Run(() => new DesignSpace(problem), told, both.Token);
        TimeSpan elapsed = _clock.Elapsed;
        long done = result.Successors - (resumes ? _first ?? result.Successors : 0);
        return new(problem, result, elapsed, done > 0 && elapsed > TimeSpan.Zero ? done / elapsed.TotalSeconds : null);
    }

    /// <summary>What ends a search: its caller, or the end of its time.</summary>
    public static CancellationTokenSource Limited(TimeSpan? limit, CancellationToken stop)
    {
        var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (limit == TimeSpan.Zero)
        {
            // A timer would come too late for no time at all.
            both.Cancel();
        }
        else if (limit is { } time)
        {
            both.CancelAfter(time);
        }

        return both;
    }

    private void Report(SearchProgress progress)
    {
        _first ??= progress.Successors;
        TimeSpan now = _clock.Elapsed;
        if (now - _reported >= s_betweenReports)
        {
            _reported = now;
            report(progress, now, progress.Successors - _first.Value);
        }
    }
}
