using System.Collections.Generic;
using ApicShell.Emulation;

namespace ApicShell.Searching;

/// <summary>Notes, as they are typed at the prompt, the commands that a machine carries out.</summary>
internal sealed class CommandRecorder(Machine machine, MachineObserver next) : RelayingObserver(next)
{
    private List<string> _commands = [];

    /// <summary>The commands since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        List<string> taken = _commands;
        _commands = [];
        return taken;
    }

    public override void OnCommand(long number, in MachineCommand command)
    {
        base.OnCommand(number, command);
        _commands.Add(PromptCommand.Of(machine, command));
    }
}
