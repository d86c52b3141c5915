using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.State;

/// <summary>Who got one message: what the APICs say of it while it is sent. It notes targets only, so a message costs what its targets cost.</summary>
internal sealed class DeliveryRecorder
{
    private readonly List<InterruptEvent> _targets = [];

    /// <summary>What was sent; null before a sender or a device said so.</summary>
    public InterruptEvent? Sent { get; private set; }

    /// <summary>What became of it, one event a target, in the order in which the APICs got it.</summary>
    public IReadOnlyList<InterruptEvent> Targets => _targets;

    public void Clear()
    {
        Sent = null;
        _targets.Clear();
    }

    public void OnInterrupt(in InterruptEvent interrupt)
    {
        if (interrupt.Kind == InterruptEventKind.Sent)
        {
            Sent ??= interrupt;
        }
        else if (interrupt.Kind is InterruptEventKind.Accepted or InterruptEventKind.Merged or InterruptEventKind.Refused && IsOfMessage(interrupt))
        {
            _targets.Add(interrupt);
        }
    }

    /// <summary>An error that the message causes raises an interrupt of its own, which is not the message.</summary>
    private bool IsOfMessage(in InterruptEvent interrupt) => Sent is not { } sent
        || (interrupt.Vector == sent.Vector
            && (interrupt.Mode == sent.Mode || (interrupt.Mode == DeliveryMode.Fixed && sent.Mode == DeliveryMode.LowestPriority)));
}
