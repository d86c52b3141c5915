using System.Linq;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>What two machines can differ in.</summary>
public enum ApicBackendDifferenceKind
{
    /// <summary>A command, and how it ended.</summary>
    Command,

    /// <summary>The script did something else on one machine from here on: no later command is compared.</summary>
    Path,

    /// <summary>What a register holds at the end.</summary>
    State,
}

/// <summary>One command, or one register at the end, on all machines that are compared: a snapshot.</summary>
public sealed class ApicBackendDifference
{
    internal ApicBackendDifference(ApicBackendDifferenceKind kind, int number, MachineCommand? command, int vcpu, string operation, bool? same, ApicBackendAnswer[] answers) =>
        (Kind, Number, Command, Vcpu, Operation, Same, Answer) = (kind, number, command, vcpu, operation, same, answers);

    /// <summary>What it is.</summary>
    public ApicBackendDifferenceKind Kind { get; }

    /// <summary>Number of the command, from 1; of a state that of the last.</summary>
    public int Number { get; }

    /// <summary>What was done; null of a state.</summary>
    public MachineCommand? Command { get; }

    /// <summary>Index of the vCPU; -1 of a device's message and of time.</summary>
    public int Vcpu { get; }

    /// <summary>What was done, in words, or the register that is looked at.</summary>
    public string Operation { get; }

    /// <summary>Whether it ended alike on all; null where there is nothing to compare.</summary>
    public bool? Same { get; }

    /// <summary>How it ended on each machine, in their order.</summary>
    public ApicBackendAnswer[] Answer { get; }

    /// <summary>The machines, by name.</summary>
    public string[] Name => [.. Answer.Select(answer => answer.Name)];

    /// <summary>How it ended, in a word each.</summary>
    public string[] Ending => [.. Answer.Select(answer => answer.Ending)];

    /// <summary>The emulator's rule, where an emulator took part; empty for none.</summary>
    public string RuleId => Answer.FirstOrDefault(answer => answer.Machine.Backend == ApicBackend.Emulator)?.RuleId ?? "";

    /// <summary>All of it in a sentence, with the emulator's rules and sources.</summary>
    public string Description => $"{Operation}{(Vcpu < 0 ? "" : $" on vCPU {Vcpu}")}. {string.Join("; ", Answer.Select(answer => answer.ToString()))}.";

    /// <inheritdoc/>
    public override string ToString() => $"{Operation}: {string.Join(", ", Answer.Select(answer => $"{answer.Name} {answer.Ending}"))}";
}
