using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell;

/// <summary>All that a machine was at a moment, to go back to. A snapshot.</summary>
public sealed class ApicCheckpoint
{
    internal ApicCheckpoint(ApicMachine machine, int number, long eventNumber, MachineCheckpoint state, GuestViews views)
    {
        Machine = machine;
        Number = number;
        EventNumber = eventNumber;
        State = state;
        Views = views;
    }

    /// <summary>The machine it was taken of.</summary>
    public ApicMachine Machine { get; }

    /// <summary>Which of that machine's checkpoints it is, from 1.</summary>
    public int Number { get; }

    /// <summary>The machine's clock then, in nanoseconds.</summary>
    public ulong Clock => State.Clock;

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount => State.VcpuCount;

    /// <summary>Number of the last event of the trace before it; 0 where there was none.</summary>
    public long EventNumber { get; }

    internal MachineCheckpoint State { get; }

    /// <summary>What the guests believed; a copy that nobody changes.</summary>
    internal GuestViews Views { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Machine.Name}#{Number}";
}
