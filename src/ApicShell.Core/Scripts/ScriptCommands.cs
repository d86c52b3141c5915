using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <summary>What a script does to a machine, command by command.</summary>
public static class ScriptCommands
{
    /// <summary>Runs a script and tells what was done: without what finds nothing to take, and without the time and the pauses that a runner adds for an emulator.</summary>
    /// <param name="script">The script.</param>
    /// <param name="make">Makes a machine.</param>
    /// <returns>Each operation with its commands, one that only asks the machine with none.</returns>
    public static IReadOnlyList<KeyValuePair<ScriptOperation, IReadOnlyList<MachineCommand>>> Of(
        ApicScript script, Func<ApicTraits, IReadOnlyList<uint>, IMachine> make)
    {
        List<KeyValuePair<ScriptOperation, IReadOnlyList<MachineCommand>>> all = [];
        var recorder = new Recorder();
        IMachine Recorded(ApicTraits traits, IReadOnlyList<uint> apicIds)
        {
            IMachine machine = make(traits, apicIds);
            machine.Observer = recorder;
            return machine;
        }

        foreach (string _ in ScriptRunner.Run(script, Recorded))
        {
            ScriptOperation operation = script.Operations[all.Count];
            all.Add(new(operation, [.. recorder.Take().Where(command => command.Kind != CommandKind.ClockStep || IsOf(operation, command))]));
        }

        return all;
    }

    private static bool IsOf(ScriptOperation operation, in MachineCommand command) =>
        operation.Verb == ScriptVerb.Wait && command.Data == operation.Numbers[0];

    private sealed class Recorder : MachineObserver
    {
        private List<MachineCommand> _commands = [];

        public List<MachineCommand> Take()
        {
            List<MachineCommand> taken = _commands;
            _commands = [];
            return taken;
        }

        public override void OnAnswer(long number, in MachineCommand command, in Answer answer)
        {
            bool isNothing = command.Kind == CommandKind.Pause || (command.Kind == CommandKind.Take && TakenInterrupt.Of(answer).Kind == TakenKind.None);
            if (!isNothing)
            {
                _commands.Add(command);
            }
        }
    }
}
