using System;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace ApicShell.Kvm.Threads;

/// <summary>What a thread of vCPUs is given to do: an object that is there already, so that nothing is allocated for it.</summary>
internal interface IVcpuWork
{
    void Execute(ThreadSignals signals);
}

/// <summary>
/// The thread's own side: it knows the work that it is doing, and nobody else, so that whoever uses it can be forgotten.
/// </summary>
#pragma warning disable CA1001 // The thread disposes of its signals; events on which nobody waits by a handle have nothing to be disposed of.
internal sealed class VcpuWorker
#pragma warning restore CA1001
{
    private const int SpinCount = 60;

    private readonly object _callers = new();
    private readonly object _life = new();
    private readonly ManualResetEventSlim _asked = new(false, SpinCount);
    private readonly ManualResetEventSlim _answered = new(false, SpinCount);
    private readonly Thread _thread;
    private ThreadSignals? _signals;
    private IVcpuWork? _work;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _ends;

    /// <summary>Starts the thread.</summary>
    public VcpuWorker()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "ApicShell vCPUs" };
        _thread.Start();
        _answered.Wait();
        _answered.Reset();
        Rethrow();
    }

    /// <summary>The thread's number, as the kernel has it.</summary>
    public int KernelId => _signals?.Thread ?? 0;

    /// <summary>Whether the caller is the thread.</summary>
    public bool IsCurrent => Environment.CurrentManagedThreadId == _thread.ManagedThreadId;

    /// <summary>Does some work on the thread; what it throws is thrown here.</summary>
    public void Do(IVcpuWork work)
    {
        if (IsCurrent)
        {
            work.Execute(_signals!);
            return;
        }

        lock (_callers)
        {
            ObjectDisposedException.ThrowIf(_ends, typeof(VcpuThread));
            _work = work;
            _asked.Set();
            _answered.Wait();
            _answered.Reset();
            Rethrow();
        }
    }

    /// <summary>Fetches the thread out of a guest or a wait, if it is in one: it then looks whether to go on.</summary>
    public void Wake()
    {
        lock (_life)
        {
            if (_signals is not null)
            {
                ThreadSignals.Send(_signals.Thread);
            }
        }
    }

    /// <summary>Has the thread end as soon as it has nothing to do. Nobody may be about to give it work.</summary>
    public void End()
    {
        _ends = true;
        _asked.Set();
    }

    /// <summary>Has the thread end when those who have work for it are done, and waits for it; called on the thread itself, waits for nobody.</summary>
    public void EndAndJoin()
    {
        if (IsCurrent)
        {
            End();
            return;
        }

        lock (_callers)
        {
            End();
        }

        _thread.Join();
    }

    private void Rethrow()
    {
        ExceptionDispatchInfo? failure = _failure;
        _failure = null;
        failure?.Throw();
    }

    private void Loop()
    {
        try
        {
            _signals = new ThreadSignals();
        }
        catch (KvmException exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            _answered.Set();
            return;
        }

        _answered.Set();
        while (!_ends)
        {
            _asked.Wait();
            _asked.Reset();
            DoOne();
        }

        lock (_life)
        {
            _signals.Dispose();
            _signals = null;
        }
    }

    /// <summary>Apart from the loop, which would keep the last work in a register.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void DoOne()
    {
        IVcpuWork? work = _work;
        if (work is null)
        {
            return;
        }

        try
        {
            work.Execute(_signals!);
        }
#pragma warning disable CA1031 // All of it is the caller's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        _work = null;
        _answered.Set();
    }
}
