using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>A step on the way of a command that the answer alone does not show: each platform names its own, from 1.</summary>
public enum HopKind : byte
{
    /// <summary>No hop.</summary>
    None,
}

/// <summary>One hop: numbers in, numbers out.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Vmpl">The privilege level that it left from.</param>
/// <param name="Code">What it asks for: an exit code, RAX of a call, a request.</param>
/// <param name="Info1">By kind, in.</param>
/// <param name="Info2">By kind, in.</param>
/// <param name="Rcx">RCX, in.</param>
/// <param name="Data">What is written.</param>
/// <param name="Result1">How it ended.</param>
/// <param name="Result2">What came back.</param>
public readonly record struct Hop(
    HopKind Kind, byte Vmpl, ulong Code = 0, ulong Info1 = 0, ulong Info2 = 0, ulong Rcx = 0, ulong Data = 0, ulong Result1 = 0, ulong Result2 = 0);

/// <summary>
/// Who watches a machine: it gets each command, what that causes, and how it ended, with the command's number. It is no part of the machine's state, and must
/// not act on the machine.
/// </summary>
public abstract class MachineObserver
{
    /// <summary>
    /// Whether it wants to be told who accepted what a command sends, where the machine does not know that without asking each vCPU. The emulator always tells.
    /// </summary>
    public virtual bool WatchesDelivery => false;

    /// <summary>A command begins; all until its answer is caused by it.</summary>
    /// <param name="number">The command's number, from 1.</param>
    /// <param name="command">The command.</param>
    public virtual void OnCommand(long number, in MachineCommand command)
    {
    }

    /// <summary>A hop of a command.</summary>
    public virtual void OnHop(long number, int vcpu, in Hop hop)
    {
    }

    /// <summary>Something happened to an interrupt because of a command.</summary>
    public virtual void OnInterrupt(long number, in InterruptEvent interrupt)
    {
    }

    /// <summary>A command has ended.</summary>
    public virtual void OnAnswer(long number, in MachineCommand command, in Answer answer)
    {
    }
}
