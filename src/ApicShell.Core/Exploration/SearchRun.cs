using System;
using System.Collections.Generic;
using System.Threading;

namespace ApicShell.Exploration;

/// <summary>One run of a search: level after level, until something ends it.</summary>
internal sealed class SearchRun
{
    // Fewer states than that are not worth a thread.
    private const int StatesAThread = 16;

    private readonly Func<StateSpace> _factory;
    private readonly SearchOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly MemoryBudget _budget;
    private readonly StateSpace _space;
    private readonly StatePacking _packing;
    private readonly ChunkPool _pool;
    private readonly List<SearchWorker> _workers = [];
    private readonly Fingerprint _root;
    private readonly SearchState _state;
    private readonly ulong[] _rootWords;
    private long _writtenAt = -1;
    private bool _goesOn;

    public SearchRun(Func<StateSpace> factory, SearchOptions options, CancellationToken cancellation)
    {
        (_factory, _options, _cancellation) = (factory, options, cancellation);
        _space = factory();
        _budget = new(options.MaxMemory);
        _rootWords = new ulong[_space.WordCount];
        _root = _space.WriteRoot(_rootWords, 0);
        _packing = new(_rootWords);
        _pool = new(_budget, options.MaxMemory, _packing.MaxBytes);
        _state = new(new(_budget), new(_pool), new(_pool));
        AddWorker(_space);
    }

    public SearchResult Run()
    {
        _goesOn = _options.Checkpoint is { Exists: true };
        if (!(_goesOn ? _options.Checkpoint!.TryRead(_state, Header, new(_pool, _packing)) : TryBegin()))
        {
            return Result(SearchStatus.MemoryBound, _state.Depth);
        }

        while (true)
        {
            if (End() is { } end)
            {
                return end;
            }

            if (SearchPart.IsDue(_state, _options.PartCount) && !SearchPart.TrySplit(_state, _options.Part, _options.PartCount, _pool, _packing))
            {
                return Result(SearchStatus.MemoryBound, _state.Depth);
            }

            if (RunLevel() is { } result)
            {
                return result;
            }
        }
    }

    private SearchHeader Header => new(_space.Identity, _options.Part, _options.PartCount, _packing.WordCount);

    private bool TryBegin()
    {
        var writer = new FrontierWriter(_pool, _packing) { Target = _state.Current };
        if (!writer.Reserve() || _state.Visited.Add(_root, VisitMark.Root) == Visit.NoMemory)
        {
            return false;
        }

        writer.Add(_root, _rootWords);
        writer.Flush();
        _state.FrontierCount = 1;
        _state.DepthCounts.Add(1);

        // At once, for a file that cannot be written is better known now than after an hour.
        Write();
        return true;
    }

    /// <summary>The result, where there is no next level, or none that was asked for.</summary>
    private SearchResult? End()
    {
        SearchStatus? status = _state.FrontierCount == 0 ? SearchStatus.Complete : _state.Depth >= _options.MaxDepth ? SearchStatus.DepthReached : null;
        if (status is null)
        {
            return null;
        }

        Write();
        return Result(status.Value, status == SearchStatus.Complete ? SearchResult.AnyDepth : _state.Depth);
    }

    private SearchResult? RunLevel()
    {
        var level = new SearchLevel(_state, _options.Checkpoint is not null || _state.Depth + 1 < _options.MaxDepth);
        using (_cancellation.Register(level.Halt))
        {
            Expand(level);
            if (level.IsOutOfMemory)
            {
                // With more memory the search can go on from here; without, it can still look at the steps from what it has.
                Write();
                level.GoOnChecking();
                if (_cancellation.IsCancellationRequested)
                {
                    // It may have come before it was forgotten that the level was halted.
                    level.Halt();
                }

                Expand(level);
            }
        }

        // What was not expanded is given back: a level of which nothing is left is complete, even if it was to stop.
        bool isDone = _state.Current.Count == 0;
        if (!isDone)
        {
            if (!level.IsOutOfMemory)
            {
                Write();
            }

            return _state.Broken is null ? Result(SearchStatus.Stopped, _state.Depth) : BrokenResult(isCanonical: false);
        }

        if (_state.Broken is not null)
        {
            return BrokenResult(isCanonical: true);
        }

        if (level.IsOutOfMemory)
        {
            _state.Successors += _state.LevelSuccessors;
            return Result(_state.Depth + 1 >= _options.MaxDepth ? SearchStatus.DepthReached : SearchStatus.MemoryBound, _state.Depth + 1);
        }

        _state.EndLevel();
        Report();
        if (_state.Successors - _writtenAt >= _state.Visited.Count)
        {
            // Not at levels in which less was done than writing costs.
            Write();
        }

        return null;
    }

    private void Expand(SearchLevel level)
    {
        int workers = (int)Math.Max(1, Math.Min(_options.Workers, _state.Current.Count / StatesAThread));
        while (_workers.Count < workers)
        {
            AddWorker(_factory());
        }

        List<Thread> threads = [];
        try
        {
            for (int worker = 1; worker < workers; worker++)
            {
                SearchWorker other = _workers[worker];
                var thread = new Thread(() => other.RunApart(level, workers)) { IsBackground = true, Name = $"Search {worker}" };
                thread.Start();
                threads.Add(thread);
            }

            _workers[0].Run(level, workers, _options.Progress is null ? null : Report);
        }
        catch
        {
            level.Halt();
            throw;
        }
        finally
        {
            threads.ForEach(thread => thread.Join());
        }

        level.Failure?.Throw();
    }

    private void AddWorker(StateSpace space) => _workers.Add(new(space, _packing, _pool));

    private void Report()
    {
        long successors = _state.Successors + _state.LevelSuccessors;
        foreach (SearchWorker worker in _workers)
        {
            successors += worker.Successors;
        }

        _options.Progress?.Invoke(new(_state.Depth, _state.Visited.Count, successors, _state.Current.Count, _budget.Used));
    }

    private void Write()
    {
        _options.Checkpoint?.Write(_state, Header);
        _writtenAt = _state.Successors + _state.LevelSuccessors;
    }

    private SearchResult BrokenResult(bool isCanonical)
    {
        _state.Successors += isCanonical ? _state.LevelSuccessors : 0;
        return Result(SearchStatus.Broken, _state.Depth + 1, WayTo(_state.Broken!.Value, isCanonical));
    }

    private Counterexample WayTo(Fingerprint broken, bool isCanonical)
    {
        try
        {
            return new PathFinder(_space, _state.Visited, _root).Find(broken, isCanonical);
        }
        catch (InvalidOperationException) when (_goesOn)
        {
            // Its checksums are right, and yet no search wrote it.
            throw SearchFileReader.Corrupt(_options.Checkpoint!.Path);
        }
    }

    private SearchResult Result(SearchStatus status, int depth, Counterexample? counterexample = null)
    {
        long states = 0;
        foreach (long count in _state.DepthCounts)
        {
            states += count;
        }

        return new()
        {
            Status = status,
            Depth = depth,
            Counterexample = counterexample,
            States = states,
            Successors = _state.Successors,
            DepthCounts = [.. _state.DepthCounts],
            MemoryBytes = _budget.Peak,
            CollisionBound = Math.Pow(2, -129) * states * (states - 1),
            Identity = _space.Identity,
            Part = _options.Part,
            PartCount = _options.PartCount,
        };
    }
}
