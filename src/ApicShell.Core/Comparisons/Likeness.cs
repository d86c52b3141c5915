using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Comparisons;

/// <summary>
/// Whether a command ended alike on two machines: for its guest, or for the host that asked. Who answered, by which way and rule is not compared: a real
/// kernel tells nothing of it, and drops without a word where the emulator says so.
/// </summary>
public static class Likeness
{
    /// <summary>Whether two machines were told the same. How long a time is that passes to the end of a timer depends on the machine's clock.</summary>
    public static bool IsSame(in MachineCommand one, in MachineCommand other) =>
        one == other || (one.Kind == CommandKind.ClockStep && other.Kind == CommandKind.ClockStep);

    /// <summary>Compares two answers.</summary>
    /// <param name="command">What was done on both.</param>
    /// <param name="one">How it ended on one.</param>
    /// <param name="other">How it ended on the other.</param>
    /// <returns>Null where there is nothing to compare: a source leaves it open, or one of the machines cannot do it.</returns>
    public static bool? Of(in MachineCommand command, in Answer one, in Answer other)
    {
        if (!IsDefined(one) || !IsDefined(other))
        {
            return null;
        }

        if (Ending(command, one) != Ending(command, other) || one.Fault != other.Fault || IsLeftToHost(one, other))
        {
            return false;
        }

        return command.Kind == CommandKind.Access && command.Access.Register is ApicRegister.TimerCurrent or ApicRegister.TscDeadline
            ? (one.Value == 0) == (other.Value == 0)
            : one.Value == other.Value || !IsCompared(command);
    }

    /// <summary>Whether an answer says what happens: no source leaves it open, and the machine could do what was asked.</summary>
    public static bool IsDefined(in Answer answer) => answer.Outcome != Outcome.Undefined && answer.Rule != RuleId.NoCapability;

    /// <summary>Whether KVM leaves an access to the host on one machine alone: its guest cannot tell, the host that has to end it can.</summary>
    private static bool IsLeftToHost(in Answer one, in Answer other) =>
        (one.Rule == RuleId.KvmMmioExit && IsOfKvm(other)) || (other.Rule == RuleId.KvmMmioExit && IsOfKvm(one));

    private static bool IsOfKvm(in Answer answer) => answer.Rule is RuleId.KvmMmioHole or RuleId.KernelAnswered;

    /// <summary>Whether the number of an answer means the same on every machine: a value read, what was taken, how many a message reached.</summary>
    private static bool IsCompared(in MachineCommand command) => command.Kind switch
    {
        CommandKind.Access => !command.Access.IsWrite,
        CommandKind.Take or CommandKind.Acknowledge or CommandKind.Message or CommandKind.Halt => true,
        _ => false,
    };

    /// <summary>What a guest can tell apart: a write that is dropped looks as one that is not.</summary>
    private static Outcome Ending(in MachineCommand command, in Answer answer) => (command.Kind, answer.Outcome) switch
    {
        (CommandKind.Startup or CommandKind.Message or CommandKind.Take or CommandKind.Acknowledge, _) => answer.Outcome,
        (_, Outcome.Dropped or Outcome.Unclaimed or Outcome.Value) => Outcome.Done,
        _ => answer.Outcome,
    };
}
