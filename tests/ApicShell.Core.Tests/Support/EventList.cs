using System.Collections.Generic;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>What a machine told of its interrupts.</summary>
internal sealed class EventList : MachineObserver
{
    public List<InterruptEvent> Events { get; } = [];

    public override void OnInterrupt(long number, in InterruptEvent interrupt) => Events.Add(interrupt);
}
