using ApicShell.Tracing;

namespace ApicShell.State;

/// <summary>Watches events of a log for those of another thread of QEMU, which may be another vCPU's, where they are taken for one vCPU's.</summary>
internal sealed class ThreadWatch
{
    private long? _first;
    private bool _told;

    /// <summary>A warning that events of several threads are taken for those of one vCPU.</summary>
    public static string Merged((long First, long Other) threads) =>
        $"Events of threads {threads.First} and {threads.Other} are repeated on one vCPU. With KVM and with multi-threaded TCG each vCPU has a thread of its own: "
        + "Import-ApicTrace -Thread takes the events of one.";

    /// <summary>Whether it has seen no event of any thread.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>The first event of a second thread.</summary>
    /// <returns>Its thread and the first one; null for any other event.</returns>
    public (long First, long Other)? Second(TraceRecord record)
    {
        if (_told || record.Thread is not { } thread)
        {
            return null;
        }

        _first ??= thread;
        _told = thread != _first;
        return _told ? (_first.Value, thread) : null;
    }
}
