using System;

namespace ApicShell.Exploration;

/// <summary>What the workers of a level share.</summary>
internal sealed class SearchLevel(SearchState state, bool keepsNext)
{
    private readonly object _lock = new();
    private volatile bool _isHalted;
    private volatile bool _isOutOfMemory;
    private volatile bool _onlyChecks = state.Broken is not null;
    private volatile SearchFailure? _failure;

    /// <summary>Depth of the states that are expanded.</summary>
    public int Depth => state.Depth;

    public VisitedSet Visited => state.Visited;

    public Frontier Current => state.Current;

    public Frontier Next => state.Next;

    /// <summary>Whether the states found are to be expanded in turn: those of the last level need not be packed.</summary>
    public bool KeepsNext { get; } = keepsNext;

    /// <summary>Whether the workers are to give back what they have not done, and end.</summary>
    public bool IsHalted => _isHalted;

    /// <summary>Whether they were halted for want of memory.</summary>
    public bool IsOutOfMemory => _isOutOfMemory;

    /// <summary>Whether steps are still tried, for a property they may break, but the states they lead to are of no use any more.</summary>
    public bool OnlyChecks => _onlyChecks;

    public SearchFailure? Failure => _failure;

    public void Halt() => _isHalted = true;

    public void RunOutOfMemory()
    {
        _isOutOfMemory = true;
        _isHalted = true;
    }

    /// <summary>After memory ran out: the rest of the level is checked only.</summary>
    public void GoOnChecking()
    {
        _onlyChecks = true;
        _isHalted = false;
    }

    /// <summary>A step from a state breaks a property.</summary>
    public void Break(Fingerprint at)
    {
        _onlyChecks = true;
        lock (_lock)
        {
            if (state.Broken is not { } broken || at < broken)
            {
                state.Broken = at;
            }
        }
    }

    /// <summary>The space threw.</summary>
    public void Fail(Fingerprint at, Exception exception)
    {
        _onlyChecks = true;
        lock (_lock)
        {
            if (_failure is not { } failure || at < failure.State)
            {
                _failure = new(at, exception);
            }
        }
    }

    /// <summary>Adds up what a worker did.</summary>
    public void Count(long states, long successors)
    {
        lock (_lock)
        {
            state.NextCount += states;
            state.LevelSuccessors += successors;
        }
    }
}
