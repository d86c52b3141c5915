using System;
using System.Collections.Generic;

namespace ApicShell.Exploration;

/// <summary>
/// The states of a level: workers put chunks of them in, later take slices of them out, and may give back what they did not come to. A chunk all of
/// whose states are done goes back to the pool.
/// </summary>
internal sealed class Frontier(ChunkPool pool)
{
    private const int MaxSlice = 64;

    // So many slices for each worker, so that none has to wait long for the last one.
    private const int SlicesAWorker = 8;

    private readonly object _lock = new();
    private readonly Stack<FrontierSlice> _slices = [];

    /// <summary>States that nobody took.</summary>
    public long Count { get; private set; }

    /// <summary>The slices that nobody took, while nobody takes or adds any.</summary>
    public IEnumerable<FrontierSlice> Slices => _slices;

    public void Add(FrontierChunk chunk)
    {
        if (chunk.Count == 0)
        {
            pool.Return(chunk);
            return;
        }

        lock (_lock)
        {
            chunk.Left = chunk.Count;
            Push(new(chunk, 0, chunk.Length, chunk.Count));
        }
    }

    /// <summary>Takes some states.</summary>
    /// <param name="workers">How many take.</param>
    /// <param name="slice">The states.</param>
    /// <returns>Whether there are any.</returns>
    public bool TryTake(int workers, out FrontierSlice slice)
    {
        lock (_lock)
        {
            if (_slices.Count == 0)
            {
                slice = default;
                return false;
            }

            FrontierSlice whole = _slices.Pop();
            int count = (int)Math.Min(whole.Count, Math.Max(1, Math.Min(MaxSlice, Count / (workers * SlicesAWorker))));
            Count -= whole.Count;
            int end = whole.Start;
            for (int state = 0; state < count; state++)
            {
                end += StatePacking.LengthAt(whole.Chunk.Bytes, end);
            }

            if (count < whole.Count)
            {
                Push(new(whole.Chunk, end, whole.End, whole.Count - count));
            }

            slice = new(whole.Chunk, whole.Start, end, count);
            return true;
        }
    }

    /// <summary>Gives back states that were taken and not expanded.</summary>
    public void GiveBack(FrontierSlice slice)
    {
        lock (_lock)
        {
            Push(slice);
        }
    }

    /// <summary>Tells that states which were taken were expanded.</summary>
    public void Done(FrontierChunk chunk, int count)
    {
        lock (_lock)
        {
            chunk.Left -= count;
            if (chunk.Left == 0)
            {
                pool.Return(chunk);
            }
        }
    }

    /// <summary>Takes all that is left as one slice a chunk part, and forgets it; the chunks are to be told done.</summary>
    public FrontierSlice[] TakeAll()
    {
        FrontierSlice[] all = [.. _slices];
        _slices.Clear();
        Count = 0;
        return all;
    }

    private void Push(FrontierSlice slice)
    {
        _slices.Push(slice);
        Count += slice.Count;
    }
}
