using System.Collections.Generic;
using System.Linq;

namespace ApicShell;

/// <summary>The 16 vectors of one priority class with what is the matter with each: a row of the 256. A snapshot.</summary>
public sealed class ApicVectorRow
{
    private const int Size = 16;

    private ApicVectorRow(ApicPendingInterrupt pending, int priorityClass)
    {
        Vcpu = pending.Vcpu;
        Class = priorityClass;
        Marks = string.Concat(Enumerable.Range(priorityClass * Size, Size).Select(vector => Mark(pending, vector)));
        IsHeld = priorityClass <= pending.ProcessorPriority >> 4;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The priority class, 0 to 15: bits 7:4 of its vectors.</summary>
    public int Class { get; }

    /// <summary>One letter a vector, the lowest first: R requested, S in service, B both, a point for neither; small where level-triggered.</summary>
    public string Marks { get; }

    /// <summary>Whether the processor priority holds the class back.</summary>
    public bool IsHeld { get; }

    /// <inheritdoc/>
    public override string ToString() => $"0x{Class:X}0 {string.Join(" ", Marks.ToCharArray())}";

    /// <summary>All 16 rows, the highest class first.</summary>
    internal static IEnumerable<ApicVectorRow> Of(ApicPendingInterrupt pending) =>
        Enumerable.Range(0, Size).Select(row => new ApicVectorRow(pending, Size - 1 - row));

    private static char Mark(ApicPendingInterrupt pending, int vector)
    {
        char mark = (pending.Requested.Contains(vector), pending.InService.Contains(vector)) switch
        {
            (true, true) => 'B',
            (true, false) => 'R',
            (false, true) => 'S',
            _ => '.',
        };
        return pending.LevelTriggered.Contains(vector) ? char.ToLowerInvariant(mark) : mark;
    }
}
