using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>Watches a machine, and hands on to who watched before all that it is told.</summary>
/// <param name="next">Who watched before; null for nobody.</param>
public abstract class RelayingObserver(MachineObserver? next) : MachineObserver
{
    /// <summary>Who watched before; null for nobody.</summary>
    protected MachineObserver? Next => next;

    /// <inheritdoc/>
    public override bool WatchesDelivery => next?.WatchesDelivery ?? false;

    /// <inheritdoc/>
    public override void OnCommand(long number, in MachineCommand command) => next?.OnCommand(number, command);

    /// <inheritdoc/>
    public override void OnHop(long number, int vcpu, in Hop hop) => next?.OnHop(number, vcpu, hop);

    /// <inheritdoc/>
    public override void OnInterrupt(long number, in InterruptEvent interrupt) => next?.OnInterrupt(number, interrupt);

    /// <inheritdoc/>
    public override void OnAnswer(long number, in MachineCommand command, in Answer answer) => next?.OnAnswer(number, command, answer);
}
