using System.Collections.Generic;

namespace ApicShell.Exploration;

/// <summary>Chunks for packed states: those of a level that is done serve the next.</summary>
internal sealed class ChunkPool
{
    private const int UsualBytes = 256 * 1024;
    private const int FewestBytes = 4096;

    private readonly MemoryBudget _budget;
    private readonly int _chunkBytes;
    private readonly Stack<FrontierChunk> _free = [];

    /// <param name="budget">Pays for the chunks.</param>
    /// <param name="maxMemory">With little memory the chunks are small, so that those that are not full matter less.</param>
    /// <param name="stateBytes">What fits at least.</param>
    public ChunkPool(MemoryBudget budget, long maxMemory, int stateBytes)
    {
        _budget = budget;
        long bytes = maxMemory / 256;
        bytes = bytes > UsualBytes ? UsualBytes : bytes < FewestBytes ? FewestBytes : bytes;
        _chunkBytes = bytes < stateBytes ? stateBytes : (int)bytes;
        budget.Reclaim = Trim;
    }

    /// <summary>An empty chunk, or null where there is no memory for one.</summary>
    public FrontierChunk? Rent()
    {
        lock (_free)
        {
            if (_free.Count > 0)
            {
                return _free.Pop();
            }
        }

        return _budget.TryAllocate<byte>(_chunkBytes) is { } bytes ? new(bytes) : null;
    }

    public void Return(FrontierChunk chunk)
    {
        chunk.Length = chunk.Count = chunk.Left = 0;
        lock (_free)
        {
            _free.Push(chunk);
        }
    }

    private void Trim()
    {
        lock (_free)
        {
            while (_free.Count > 0)
            {
                _budget.Free(_free.Pop().Bytes);
            }
        }
    }
}
