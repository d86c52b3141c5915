using System;

namespace ApicShell.Kvm.Threads;

/// <summary>
/// An operating system thread that runs vCPUs: those of one machine, or of several after each other. What is done to a machine comes here from
/// whichever thread does it; a caller with much to do comes here itself, by <see cref="Run{T}"/>, and saves the way.
/// </summary>
public sealed class VcpuThread : IDisposable
{
    /// <summary>Starts a thread.</summary>
    public VcpuThread() => Worker = new VcpuWorker();

    /// <summary>A thread that nobody has any more ends.</summary>
    ~VcpuThread() => Worker?.End();

    /// <summary>Its number, as the kernel has it.</summary>
    public int KernelId => Worker.KernelId;

    internal VcpuWorker Worker { get; }

    /// <summary>Does something on the thread, and waits until it is done; at once where the caller is on it.</summary>
    /// <param name="function">What.</param>
    /// <exception cref="ObjectDisposedException">The thread has ended.</exception>
    public T Run<T>(Func<T> function)
    {
        var work = new FunctionWork<T>(function);
        Worker.Do(work);
        GC.KeepAlive(this);
        return work.Result!;
    }

    /// <summary>Does something on the thread, and waits until it is done; at once where the caller is on it.</summary>
    /// <param name="action">What.</param>
    /// <exception cref="ObjectDisposedException">The thread has ended.</exception>
    public void Run(Action action) => Run<object?>(() =>
    {
        action();
        return null;
    });

    /// <summary>Has the thread end, and waits for it.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Worker.EndAndJoin();
    }

    private sealed class FunctionWork<T>(Func<T> function) : IVcpuWork
    {
        public T? Result { get; private set; }

        public void Execute(ThreadSignals signals) => Result = function();
    }
}
