using System;
using System.Threading;

namespace ApicShell.Exploration;

/// <summary>One run of a search.</summary>
internal sealed class SearchRun(Func<StateSpace> factory, SearchOptions options, CancellationToken cancellation)
{
    public SearchResult Run() => throw new NotSupportedException($"{factory}{options}{cancellation}");
}
