using System;
using System.Runtime.InteropServices;
using ApicShell.Kvm.Interop;

namespace ApicShell.Kvm.Threads;

/// <summary>
/// The one signal by which a thread is fetched out of the kernel, and the timer that sends it. The thread blocks it for good, so that no handler runs
/// and none is needed: KVM_RUN alone lets it in, and comes back; it is taken by rt_sigtimedwait. To be used by the thread that made it.
/// </summary>
internal sealed unsafe class ThreadSignals : IDisposable
{
    /// <summary>A real-time signal. The C library has 32 and 33 for itself, the runtime SIGRTMIN, which is 34 or 35.</summary>
    public const int Number = 40;

    private const int BlockSignals = 0;
    private const int ToThread = 4;
    private const int MonotonicClock = 1;
    private const int SetSize = sizeof(ulong);
    private const long NanosecondsInSecond = 1_000_000_000;

    /// <summary>How often a guest is looked after. While the signal waits the timer stands still: an idle thread costs nothing.</summary>
    private const long Period = 100_000_000;
    private const long ShortPeriod = 500_000;

    private readonly nint _timer;
    private bool _waits;

    public ThreadSignals()
    {
        Thread = (int)Checked(SystemCall.gettid);
        ulong set = Set;
        Checked(SystemCall.rt_sigprocmask, BlockSignals, (nint)(&set), 0, SetSize);
        var target = new SignalTarget { Signal = Number, Kind = ToThread, Thread = Thread };
        int timer;
        Checked(SystemCall.timer_create, MonotonicClock, (nint)(&target), (nint)(&timer));
        _timer = timer;
        SetTimer(Period);
    }

    /// <summary>The thread, as the kernel numbers it.</summary>
    public int Thread { get; }

    /// <summary>All signals but this one: what KVM_RUN keeps out.</summary>
    public static ulong AllOthers => ~Set;

    private static ulong Set => 1UL << (Number - 1);

    /// <summary>Sends it to a thread of this process.</summary>
    public static void Send(int thread) => Checked(SystemCall.tgkill, Environment.ProcessId, thread, Number);

    /// <summary>Has it wait, so that KVM_RUN comes back before the guest executes anything.</summary>
    public void Raise()
    {
        if (!_waits)
        {
            Send(Thread);
            _waits = true;
        }
    }

    /// <summary>Takes back what was raised, so that the guest can run.</summary>
    public void Lower()
    {
        if (_waits)
        {
            Take();
        }
    }

    /// <summary>Takes one that waits, whoever sent it.</summary>
    public void Take()
    {
        Wait(0);
        _waits = false;
    }

    /// <summary>Has the timer come soon, or as always.</summary>
    public void SetHurry(bool on) => SetTimer(on ? ShortPeriod : Period);

    /// <summary>Waits until it comes, or for some time.</summary>
    public static void Wait(long nanoseconds)
    {
        var time = new TimeSpec { Seconds = nanoseconds / NanosecondsInSecond, Nanoseconds = nanoseconds % NanosecondsInSecond };
        ulong set = Set;
        if (Libc.Syscall(SystemCall.rt_sigtimedwait, (nint)(&set), 0, (nint)(&time), SetSize) < 0 && Errno.Last is not (Errno.EAGAIN or Errno.EINTR))
        {
            throw new KvmException(SystemCall.rt_sigtimedwait.ToString(), Errno.Last);
        }
    }

    public void Dispose() => Checked(SystemCall.timer_delete, _timer);

    private void SetTimer(long period)
    {
        var time = new TimeSpec { Nanoseconds = period };
        var setting = new TimerSetting { Interval = time, First = time };
        Checked(SystemCall.timer_settime, _timer, 0, (nint)(&setting));
    }

    private static nint Checked(SystemCall call, nint first = 0, nint second = 0, nint third = 0, nint fourth = 0)
    {
        nint result = Libc.Syscall(call, first, second, third, fourth);
        return result < 0 ? throw new KvmException(call.ToString(), Errno.Last) : result;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimerSetting
    {
        public TimeSpec Interval;
        public TimeSpec First;
    }

    /// <summary>sigevent.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct SignalTarget
    {
        public ulong Value;
        public int Signal;
        public int Kind;
        public int Thread;
    }
}
