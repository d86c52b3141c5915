using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tracing;

/// <summary>
/// What the machine did: a command, with its answer where that is an access; a hop; or an interrupt event. What an access causes stands before it, what any
/// other command causes after it.
/// </summary>
/// <param name="Number">Number of the entry, from 1, never used twice in a machine.</param>
/// <param name="Cause">Number of the command that caused it, or that it is; from 1.</param>
/// <param name="AccessNumber">Number of the access it belongs to, from 1; 0 outside any access.</param>
/// <param name="Vcpu">Index of the vCPU; -1 for a device.</param>
/// <param name="Command">The command; on a device's message it stands beside the interrupt.</param>
/// <param name="Answer">Its answer, of an access.</param>
/// <param name="Hop">The hop.</param>
/// <param name="Interrupt">What happened to an interrupt.</param>
/// <param name="Clock">The machine's clock then, in nanoseconds.</param>
public readonly record struct TraceEntry(
    long Number, long Cause, long AccessNumber, int Vcpu, MachineCommand? Command, Answer Answer, Hop? Hop, InterruptEvent? Interrupt, ulong Clock = 0)
{
    /// <summary>The access, of an entry that is one.</summary>
    public Access? Access => Command is { Kind: CommandKind.Access } command ? command.Access : null;

    /// <summary>What was done to the machine and is no access.</summary>
    public MachineCommand? Action => Command is { Kind: not CommandKind.Access } ? Command : null;
}
