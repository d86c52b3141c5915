using System;
using System.Threading;

namespace ApicShell.Exploration;

/// <summary>Expands states; one thread at a time.</summary>
internal sealed class SearchWorker
{
    private readonly StateSpace _space;
    private readonly StatePacking _packing;
    private readonly FrontierWriter _writer;
    private readonly ulong[] _words;
    private readonly int _letters;
    private long _states;
    private long _successors;

    public SearchWorker(StateSpace space, StatePacking packing, ChunkPool pool)
    {
        _space = space;
        _packing = packing;
        _writer = new(pool, packing);
        _words = new ulong[packing.WordCount];
        _letters = space.LetterCount;
    }

    /// <summary>States found in this level.</summary>
    public long States => Volatile.Read(ref _states);

    /// <summary>Steps tried in this level.</summary>
    public long Successors => Volatile.Read(ref _successors);

    /// <summary>Takes part in a level until all its states are taken or it is halted.</summary>
    /// <param name="level">The level.</param>
    /// <param name="workers">How many take part.</param>
    /// <param name="afterSlice">Called now and then.</param>
    public void Run(SearchLevel level, int workers, Action? afterSlice = null)
    {
        _writer.Target = level.Next;
        try
        {
            while (!level.IsHalted && level.Current.TryTake(workers, out FrontierSlice slice))
            {
                Expand(level, slice);
                afterSlice?.Invoke();
            }
        }
        finally
        {
            _writer.Flush();
            level.Count(_states, _successors);
            Volatile.Write(ref _states, 0);
            Volatile.Write(ref _successors, 0);
        }
    }

    /// <summary>As <see cref="Run"/>, on a thread of its own: what goes wrong outside of the space is kept too.</summary>
    public void RunApart(SearchLevel level, int workers)
    {
        try
        {
            Run(level, workers);
        }
#pragma warning disable CA1031 // It surfaces on the thread that runs the search.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            level.Fail(default, exception);
            level.Halt();
        }
    }

    private void Expand(SearchLevel level, FrontierSlice slice)
    {
        byte[] bytes = slice.Chunk.Bytes;
        int at = slice.Start;
        int done = 0;
        for (; done < slice.Count; done++)
        {
            Fingerprint state = StatePacking.FingerprintAt(bytes, at);
            if (!TryExpand(level, state, bytes, at))
            {
                level.Current.GiveBack(new(slice.Chunk, at, slice.End, slice.Count - done));
                break;
            }

            at += StatePacking.LengthAt(bytes, at);
        }

        level.Current.Done(slice.Chunk, done);
    }

    /// <summary>Whether it came to the end of the state's letters; a state in which it did not is to be expanded again.</summary>
    private bool TryExpand(SearchLevel level, Fingerprint state, byte[] bytes, int at)
    {
        if (level.IsHalted)
        {
            return false;
        }

        if (level.Failure is { } failure && failure.State < state)
        {
            return true;
        }

        try
        {
            _packing.Unpack(bytes, at, _words);
            _space.Enter(_words, 0);
            return TryLetters(level, state);
        }
#pragma warning disable CA1031 // Whatever a space throws surfaces, once the other workers have ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            level.Fail(state, exception);
            return true;
        }
    }

    private bool TryLetters(SearchLevel level, Fingerprint state)
    {
        ulong mark = VisitMark.Of(level.Depth + 1, state.High);
        StateSpace space = _space;
        VisitedSet visited = level.Visited;
        int successors = 0;
        bool breaks = false;
        for (int letter = 0; letter < _letters; letter++)
        {
            if (level.IsHalted)
            {
                return false;
            }

            StepOutcome outcome = space.Try(letter);
            if (outcome.Kind == StepKind.Disabled)
            {
                continue;
            }

            successors++;
            if (outcome.Kind == StepKind.Broken)
            {
                breaks = true;
            }
            else if (!level.OnlyChecks && !TryVisit(level, visited, outcome.Fingerprint, mark))
            {
                return false;
            }
        }

        if (breaks)
        {
            level.Break(state);
        }

        Volatile.Write(ref _successors, _successors + successors);
        return true;
    }

    /// <summary>Whether there was memory for a state, if it is a new one.</summary>
    private bool TryVisit(SearchLevel level, VisitedSet visited, Fingerprint state, ulong mark)
    {
        // Room first: a state that was seen but is not in the frontier would be lost.
        if (level.KeepsNext && !_writer.Reserve())
        {
            level.RunOutOfMemory();
            return false;
        }

        Visit visit = visited.Add(state, mark);
        if (visit == Visit.Known)
        {
            return true;
        }

        if (visit == Visit.NoMemory)
        {
            level.RunOutOfMemory();
            return false;
        }

        Volatile.Write(ref _states, _states + 1);
        if (level.KeepsNext)
        {
            _space.Save(_words, 0);
            _writer.Add(state, _words);
        }

        return true;
    }
}
