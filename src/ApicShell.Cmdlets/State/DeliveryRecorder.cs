using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.State;

/// <summary>Who got one message: what the APICs say of it while it is sent. It notes targets only, so a message costs what its targets cost.</summary>
internal sealed class DeliveryRecorder
{
    private readonly List<InterruptEvent> _targets = [];
    private byte _vector;
    private DeliveryMode _mode;

    /// <summary>What became of it, one event a target, in the order in which the APICs got it.</summary>
    public IReadOnlyList<InterruptEvent> Targets => _targets;

    /// <summary>Begins with another message.</summary>
    public void Expect(byte vector, DeliveryMode mode)
    {
        (_vector, _mode) = (vector, mode);
        _targets.Clear();
    }

    public void OnInterrupt(in InterruptEvent interrupt)
    {
        if (interrupt.Kind is InterruptEventKind.Accepted or InterruptEventKind.Merged or InterruptEventKind.Refused && IsOfMessage(interrupt))
        {
            _targets.Add(interrupt);
        }
    }

    /// <summary>An error that the message causes raises an interrupt of its own, which is not the message.</summary>
    private bool IsOfMessage(in InterruptEvent interrupt) =>
        interrupt.Vector == _vector
        && (interrupt.Mode == _mode || (interrupt.Mode == DeliveryMode.Fixed && _mode == DeliveryMode.LowestPriority));
}
