using System;
using System.Threading;
using ApicShell.State;

namespace ApicShell;

/// <summary>
/// A machine in the hands of one command: the one place that locks. The core knows no threads, and handles are used in several runspaces. A
/// thread that has a machine may take it again.
/// </summary>
internal readonly struct MachineLock : IDisposable
{
    private readonly ApicMachine _machine;
    private readonly bool _records;

    /// <summary>Waits for the machine and takes it.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="recorder">Who notes what becomes of the messages that are sent meanwhile; null for nobody.</param>
    public MachineLock(ApicMachine machine, DeliveryRecorder? recorder)
    {
        Monitor.Enter(machine.Gate);
        _machine = machine;
        _records = recorder is not null;
        if (_records)
        {
            machine.Log.Recorder = recorder;
        }
    }

    /// <summary>Gives the machine back. What takes none gives none back.</summary>
    public void Dispose()
    {
        if (_machine is null)
        {
            return;
        }

        if (_records)
        {
            _machine.Log.Recorder = null;
        }

        Monitor.Exit(_machine.Gate);
    }
}
