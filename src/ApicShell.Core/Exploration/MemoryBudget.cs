using System;
using System.Threading;

namespace ApicShell.Exploration;

/// <summary>The bytes that a search may take, and those it took. Every large array is asked for here.</summary>
internal sealed class MemoryBudget(long limit)
{
    // What an array takes besides its elements.
    private const int ArrayHeader = 24;

    private long _used;
    private long _peak;

    /// <summary>Bytes taken now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>The most bytes that were taken at a time.</summary>
    public long Peak => Interlocked.Read(ref _peak);

    /// <summary>Called where the bytes do not suffice, before that is final: gives back what is only kept for later.</summary>
    public Action? Reclaim { get; set; }

    /// <summary>An array, or null where it would be too much: of what may be taken, or of what the machine has.</summary>
    public T[]? TryAllocate<T>(int length)
        where T : unmanaged
    {
        long bytes = BytesOf<T>(length);
        if (!TryTake(bytes))
        {
            Reclaim?.Invoke();
            if (!TryTake(bytes))
            {
                return null;
            }
        }

        try
        {
            return new T[length];
        }
        catch (OutOfMemoryException)
        {
            Interlocked.Add(ref _used, -bytes);
            return null;
        }
    }

    /// <summary>Takes back an array that <see cref="TryAllocate"/> gave.</summary>
    public void Free<T>(T[] array)
        where T : unmanaged => Interlocked.Add(ref _used, -BytesOf<T>(array.Length));

    private static unsafe long BytesOf<T>(int length)
        where T : unmanaged => ((long)length * sizeof(T)) + ArrayHeader;

    private bool TryTake(long bytes)
    {
        long used = Interlocked.Add(ref _used, bytes);
        if (used > limit)
        {
            Interlocked.Add(ref _used, -bytes);
            return false;
        }

        for (long peak = Peak; used > peak;)
        {
            long seen = Interlocked.CompareExchange(ref _peak, used, peak);
            if (seen == peak)
            {
                break;
            }

            peak = seen;
        }

        return true;
    }
}
