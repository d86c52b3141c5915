using System;
using System.Threading;

namespace ApicShell.Exploration;

/// <summary>
/// Breadth-first search through a state space, level by level: it finds a shortest way to a broken property, or shows up to which depth there is
/// none. The answer does not depend on the number of workers, nor on how many parts it was split into.
/// </summary>
public static class Search
{
    /// <summary>Runs a search to its end.</summary>
    /// <param name="factory">Makes a view of the space for a worker; it is called on this thread.</param>
    /// <param name="options">How far and with what.</param>
    /// <param name="cancellation">Stops it: the result then says what is known.</param>
    /// <exception cref="SearchFileException">The checkpoint holds something else than this search.</exception>
    public static SearchResult Run(Func<StateSpace> factory, SearchOptions options, CancellationToken cancellation = default)
    {
        if (factory is null)
        {
            throw new ArgumentNullException(nameof(factory));
        }

        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        options.Validate();
        return new SearchRun(factory, options, cancellation).Run();
    }
}
