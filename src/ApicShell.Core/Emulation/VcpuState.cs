using System.Runtime.InteropServices;

namespace ApicShell.Emulation;

/// <summary>Whether a vCPU executes instructions.</summary>
public enum RunState : byte
{
    /// <summary>It does.</summary>
    Running,

    /// <summary>INIT came; only a start-up IPI lets it go on.</summary>
    WaitForStartup,
}

/// <summary>What a vCPU has beside its local APICs that interrupts depend on: plain data.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VcpuState
{
    /// <summary>Most NMIs that wait: one being taken and one pending.</summary>
    public const byte MaxPendingNmi = 2;

    /// <summary>Whether it executes instructions.</summary>
    public RunState RunState;

    /// <summary>1 while the host does not let it run; KVM then keeps what its timer has to say until it does.</summary>
    public byte Paused;

    /// <summary>RFLAGS.IF: 1 when interrupts may be taken.</summary>
    public byte InterruptFlag;

    /// <summary>NMIs that wait, at the most <see cref="MaxPendingNmi"/>.</summary>
    public byte PendingNmi;

    /// <summary>1 when an SMI waits.</summary>
    public byte PendingSmi;

    /// <summary>1 when a legacy interrupt controller asks through a pin of type ExtINT.</summary>
    public byte PendingExtInt;

    /// <summary>The vector that the legacy interrupt controller will give.</summary>
    public byte ExtIntVector;

    /// <summary>The vector of the start-up IPI that was last acted on: bits 19:12 of the start address.</summary>
    public byte StartupVector;
}
