using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Comparisons;
using ApicShell.Emulation;

namespace ApicShell.State;

/// <summary>The same script on several machines: what each is told, side by side.</summary>
internal sealed class ComparedScript
{
    private readonly List<(ApicMachine Machine, IReadOnlyList<TapedCommand> Commands)> _sides = [];

    /// <summary>Runs a script on a machine.</summary>
    public void Run(ApicMachine machine, Action script)
    {
        CommandTape tape;
        using (machine.Take())
        {
            machine.Core.Observer = tape = new CommandTape(machine.Log);
        }

        try
        {
            script();
        }
        finally
        {
            using (machine.Take())
            {
                machine.Core.Observer = machine.Log;
            }
        }

        _sides.Add((machine, tape.Commands));
    }

    /// <summary>What came of it.</summary>
    public ApicBackendComparison Result()
    {
        List<ApicBackendDifference> lines = [];
        int count = _sides.Max(side => side.Commands.Count);
        bool parted = false;
        for (int i = 0; i < count && !parted; i++)
        {
            ApicBackendDifference line = LineOf(i);
            lines.Add(line);
            parted = line.Kind == ApicBackendDifferenceKind.Path;
        }

        lines.AddRange(States(lines.Count));
        return new([.. _sides.Select(side => side.Machine)], [.. lines]);
    }

    private ApicBackendDifference LineOf(int index)
    {
        TapedCommand?[] taped = [.. _sides.Select(side => index < side.Commands.Count ? side.Commands[index] : (TapedCommand?)null)];
        MachineCommand command = taped.First(one => one is not null)!.Value.Command;
        bool parts = taped.Any(one => one is not { } same || !Likeness.IsSame(command, same.Command));
        bool? alike = parts ? false : SameOf(command, [.. taped.Select(one => one!.Value)]);
        ApicBackendAnswer[] answers = [.. _sides.Zip(taped, (side, one) => new ApicBackendAnswer(side.Machine, one, parts))];
        return new(
            parts ? ApicBackendDifferenceKind.Path : ApicBackendDifferenceKind.Command, index + 1, command, command.Vcpu,
            parts ? "the scripts part" : ViewText.Operation(command), alike, answers);
    }

    private static bool? SameOf(in MachineCommand command, TapedCommand[] taped)
    {
        // What one leaves open says nothing of the others: they are compared among themselves.
        TapedCommand[] defined = [.. taped.Where(one => Likeness.IsDefined(one.Answer))];
        foreach (TapedCommand one in defined)
        {
            if (Likeness.Of(command, defined[0].Answer, one.Answer) == false)
            {
                return false;
            }
        }

        return defined.Length == taped.Length ? true : null;
    }

    private IEnumerable<ApicBackendDifference> States(int last)
    {
        List<MachineLock> locks = [];
        try
        {
            foreach (var (machine, _) in _sides)
            {
                locks.Add(machine.Take());
            }

            return [.. StateComparison.Of([.. _sides.Select(side => side.Machine.Core)]).Select(one => new ApicBackendDifference(
                ApicBackendDifferenceKind.State, last, null, one.Vcpu, $"{one.Register} at the end", same: false,
                [.. _sides.Select((side, i) => new ApicBackendAnswer(side.Machine, one.Register, one.Values[i]))]))];
        }
        finally
        {
            locks.ForEach(held => held.Dispose());
        }
    }
}
