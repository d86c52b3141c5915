using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Exploration;

/// <summary>The states seen, in shards by the first bits of their fingerprints: one shard grows at a time, and workers seldom meet in one.</summary>
internal sealed class VisitedSet
{
    private const int ShardBits = 8;
    private const int ShardCount = 1 << ShardBits;

    // A shard grows by a quarter. The first capacities are spread over a quarter too, so that the shards do not grow all at once.
    private const int FirstCapacity = 32;

    private readonly VisitedShard[] _shards;

    public VisitedSet(MemoryBudget budget) =>
        _shards = [.. Enumerable.Range(0, ShardCount).Select(shard => new VisitedShard(budget, FirstCapacity + (shard * FirstCapacity / 4 / ShardCount)))];

    public long Count
    {
        get
        {
            long count = 0;
            foreach (VisitedShard shard in _shards)
            {
                count += shard.Count;
            }

            return count;
        }
    }

    /// <summary>Adds a state, or where it is there of the same level keeps the smaller mark.</summary>
    public Visit Add(Fingerprint state, ulong mark) => ShardOf(state.High).Add(state, mark);

    /// <summary>The mark of a state; 0 where it is not there.</summary>
    public ulong MarkOf(Fingerprint state) => ShardOf(state.High).MarkOf(state);

    /// <summary>All states with their marks, while none is added.</summary>
    public IEnumerable<(Fingerprint State, ulong Mark)> All() => _shards.SelectMany(shard => shard.All());

    /// <summary>States that may be meant by the parent of a mark.</summary>
    public IEnumerable<Fingerprint> ParentsOf(ulong mark)
    {
        ulong parent = VisitMark.Parent(mark);
        int level = VisitMark.Level(mark) - 1;
        return ShardOf(parent).All()
            .Where(entry => VisitMark.IsParent(parent, entry.State.High) && VisitMark.Level(entry.Mark) == level)
            .Select(entry => entry.State);
    }

    private VisitedShard ShardOf(ulong high) => _shards[high >> (64 - ShardBits)];
}
