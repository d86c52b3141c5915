using System.Collections.Generic;
using System.Threading;

namespace ApicShell.Exploration;

/// <summary>
/// A share of the states seen: open addressing in one flat array, three words a state. The place of a state rises with its fingerprint, so that growing
/// moves the states in order. States are looked up without a lock, for nothing but a mark is ever changed; adding takes the lock.
/// </summary>
internal sealed class VisitedShard
{
    // Upper and lower half of the fingerprint, and the mark: 0 where there is no state.
    private const int SlotWords = 3;
    private const int MaxCapacity = 0x2000_0000;

    // Every array begins with its capacity, so that the two are never read apart. This one has a free slot and never gets a state.
    private static readonly ulong[] s_none = [1, 0, 0, 0];

    private readonly MemoryBudget _budget;
    private readonly int _firstCapacity;
    private ulong[] _slots = s_none;
    private int _count;
    private int _limit;
    private int _lock;

    public VisitedShard(MemoryBudget budget, int firstCapacity) => (_budget, _firstCapacity) = (budget, firstCapacity);

    public int Count => Volatile.Read(ref _count);

    public Visit Add(Fingerprint state, ulong mark)
    {
        Find(Volatile.Read(ref _slots), state, out ulong present);
        return present != 0 && !VisitMark.IsBetter(mark, present) ? Visit.Known : AddLocked(state, mark);
    }

    /// <summary>The mark of a state; 0 where it is not there.</summary>
    public ulong MarkOf(Fingerprint state)
    {
        Find(Volatile.Read(ref _slots), state, out ulong mark);
        return mark;
    }

    /// <summary>All states, while none is added.</summary>
    public IEnumerable<(Fingerprint State, ulong Mark)> All()
    {
        ulong[] slots = _slots;
        for (int slot = 1; slot < slots.Length; slot += SlotWords)
        {
            if (slots[slot + 2] != 0)
            {
                yield return (new(slots[slot], slots[slot + 1]), slots[slot + 2]);
            }
        }
    }

    /// <summary>The slot of a state, or the free one where it would be.</summary>
    private static int Find(ulong[] slots, Fingerprint state, out ulong mark)
    {
        int slot = First(slots, state.Low);
        while (true)
        {
            // The mark is written last, so that whoever sees it sees the fingerprint.
            mark = Volatile.Read(ref slots[slot + 2]);
            if (mark == 0 || (slots[slot] == state.High && slots[slot + 1] == state.Low))
            {
                return slot;
            }

            slot = Next(slots, slot);
        }
    }

    private static int First(ulong[] slots, ulong low) => 1 + ((int)(((low >> 32) * slots[0]) >> 32) * SlotWords);

    private static int Next(ulong[] slots, int slot) => slot + SlotWords < slots.Length ? slot + SlotWords : 1;

    /// <summary>Between looking and locking another worker may have added this state or another, or made the array grow: it is looked up again.</summary>
    private Visit AddLocked(Fingerprint state, ulong mark)
    {
        Lock();
        Visit visit = Visit.Known;
        int slot = Find(_slots, state, out ulong present);
        if (present == 0)
        {
            visit = TryPut(slot, state, mark) ? Visit.New : Visit.NoMemory;
        }
        else if (VisitMark.IsBetter(mark, present))
        {
            Volatile.Write(ref _slots[slot + 2], mark);
        }

        Volatile.Write(ref _lock, 0);
        return visit;
    }

    private bool TryPut(int slot, Fingerprint state, ulong mark)
    {
        if (_count == _limit)
        {
            if (!TryGrow())
            {
                return false;
            }

            slot = Find(_slots, state, out _);
        }

        Put(_slots, slot, state.High, state.Low, mark);
        _count++;
        return true;
    }

    private void Lock()
    {
        var wait = default(SpinWait);
        while (Interlocked.CompareExchange(ref _lock, 1, 0) != 0)
        {
            wait.SpinOnce();
        }
    }

    private static void Put(ulong[] slots, int slot, ulong high, ulong low, ulong mark)
    {
        slots[slot] = high;
        slots[slot + 1] = low;
        Volatile.Write(ref slots[slot + 2], mark);
    }

    private bool TryGrow()
    {
        ulong[] old = _slots;
        int capacity = ReferenceEquals(old, s_none) ? _firstCapacity : (int)old[0] + ((int)old[0] / 4);
        if (capacity > MaxCapacity || _budget.TryAllocate<ulong>(1 + (capacity * SlotWords)) is not { } grown)
        {
            return false;
        }

        grown[0] = (ulong)capacity;
        for (int slot = 1; slot < old.Length; slot += SlotWords)
        {
            if (old[slot + 2] != 0)
            {
                int free = First(grown, old[slot + 1]);
                while (grown[free + 2] != 0)
                {
                    free = Next(grown, free);
                }

                Put(grown, free, old[slot], old[slot + 1], old[slot + 2]);
            }
        }

        if (!ReferenceEquals(old, s_none))
        {
            _budget.Free(old);
        }

        Volatile.Write(ref _slots, grown);
        _limit = (int)(capacity * 4L / 5);
        return true;
    }
}
