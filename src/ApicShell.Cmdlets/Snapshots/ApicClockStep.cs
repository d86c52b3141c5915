using System.Linq;

namespace ApicShell;

/// <summary>A step of a machine's clock, and the timers that ended in it. A snapshot.</summary>
public sealed class ApicClockStep
{
    private const int Few = 3;

    internal ApicClockStep(ApicMachine machine, ulong from, ulong to, ApicTimerExpiry[] expired) =>
        (Machine, From, To, Expired) = (machine, from, to, expired);

    /// <summary>The machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>The clock before, in nanoseconds.</summary>
    public ulong From { get; }

    /// <summary>The clock afterwards, in nanoseconds.</summary>
    public ulong To { get; }

    /// <summary>The timers that ended, in the order of time; each once, a periodic one too.</summary>
    public ApicTimerExpiry[] Expired { get; }

    /// <summary>The first three of them in words, and how many there are more.</summary>
    public string Description => string.Join(", ", Expired.Take(Few)) + (Expired.Length > Few ? $" and {Expired.Length - Few} more" : "");
}
