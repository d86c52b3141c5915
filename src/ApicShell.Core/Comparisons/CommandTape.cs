using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Comparisons;

/// <summary>A command and how it ended.</summary>
/// <param name="Command">The command.</param>
/// <param name="Answer">Its answer.</param>
public readonly record struct TapedCommand(MachineCommand Command, Answer Answer);

/// <summary>Keeps what is done to a machine, and hands it on to who watches already.</summary>
public sealed class CommandTape : MachineObserver
{
    private readonly List<TapedCommand> _commands = [];
    private readonly MachineObserver? _next;

    /// <summary>Starts a tape.</summary>
    /// <param name="next">Who else watches; null for nobody.</param>
    public CommandTape(MachineObserver? next) => _next = next;

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<TapedCommand> Commands => _commands;

    /// <inheritdoc/>
    public override bool WatchesDelivery => _next?.WatchesDelivery ?? false;

    /// <inheritdoc/>
    public override void OnCommand(long number, in MachineCommand command) => _next?.OnCommand(number, command);

    /// <inheritdoc/>
    public override void OnHop(long number, int vcpu, in Hop hop) => _next?.OnHop(number, vcpu, hop);

    /// <inheritdoc/>
    public override void OnInterrupt(long number, in InterruptEvent interrupt) => _next?.OnInterrupt(number, interrupt);

    /// <inheritdoc/>
    public override void OnAnswer(long number, in MachineCommand command, in Answer answer)
    {
        _next?.OnAnswer(number, command, answer);
        _commands.Add(new(command, answer));
    }
}
