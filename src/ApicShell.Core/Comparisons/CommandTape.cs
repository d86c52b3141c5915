using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Comparisons;

/// <summary>A command and how it ended.</summary>
/// <param name="Command">The command.</param>
/// <param name="Answer">Its answer.</param>
public readonly record struct TapedCommand(MachineCommand Command, Answer Answer);

/// <summary>Keeps what is done to a machine.</summary>
/// <param name="next">Who else watches; null for nobody.</param>
public sealed class CommandTape(MachineObserver? next) : RelayingObserver(next)
{
    private readonly List<TapedCommand> _commands = [];

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<TapedCommand> Commands => _commands;

    /// <inheritdoc/>
    public override void OnAnswer(long number, in MachineCommand command, in Answer answer)
    {
        base.OnAnswer(number, command, answer);
        _commands.Add(new(command, answer));
    }
}
