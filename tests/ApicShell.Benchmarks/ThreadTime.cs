using System;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ApicShell.Benchmarks;

/// <summary>Processor time of the thread that asks; where the system has no such clock, the time of day.</summary>
internal static class ThreadTime
{
    private const int ThreadClock = 3;

    public static double Nanoseconds() => OperatingSystem.IsLinux() && GetTime(ThreadClock, out Time time) == 0
        ? (time.Seconds * 1e9) + time.Nanoseconds
        : Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
