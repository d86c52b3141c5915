using System;
using System.Runtime.InteropServices;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <summary>What a guest has a view of.</summary>
[Flags]
public enum GuestViewKinds : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The mode: APIC_BASE.</summary>
    Mode = 1,

    /// <summary>The task priority.</summary>
    Tpr = 2,

    /// <summary>SVR: whether its APIC is enabled by software.</summary>
    Svr = 4,

    /// <summary>The timer's entry: mode, vector and mask.</summary>
    Timer = 8,

    /// <summary>The interrupts in service: those it took and has not ended.</summary>
    Service = 16,

    /// <summary>The logical ID.</summary>
    Ldr = 32,

    /// <summary>The timer's initial count.</summary>
    TimerCount = 64,
}

/// <summary>
/// What the guest of one vCPU knows of its APIC: what it believes of the registers that it goes by, as <see cref="GuestBelief"/> has it, and which
/// interrupts it took and has not ended. Plain data, part of what a search distinguishes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct GuestMemory
{
    private const int StackSize = 16;

    /// <summary>APIC_BASE as last read or written.</summary>
    public ulong ApicBase;

    /// <summary>TPR as last read or written.</summary>
    public uint Tpr;

    /// <summary>SVR as last read or written.</summary>
    public uint Svr;

    /// <summary>LVT timer as last read or written.</summary>
    public uint LvtTimer;

    /// <summary>Initial count as last read or written.</summary>
    public uint TimerInitial;

    /// <summary>LDR as last read.</summary>
    public uint Ldr;

    /// <summary>Of what of these it knows.</summary>
    public GuestViewKinds Known;

    /// <summary>How many interrupts it took and has not ended.</summary>
    public byte ServiceCount;

    private fixed byte _service[StackSize];

    /// <summary>The mode it believes to be in; xAPIC where it never looked, which is what RESET leaves.</summary>
    public readonly ApicMode Mode => (Known & GuestViewKinds.Mode) != 0 ? new ApicBase(ApicBase).Mode : ApicMode.XApic;

    /// <summary>The newest interrupt it took and has not ended, or -1.</summary>
    public readonly int Newest => ServiceCount == 0 ? -1 : _service[ServiceCount - 1];

    /// <summary>An interrupt it took and has not ended.</summary>
    /// <param name="index">0 the oldest, <see cref="ServiceCount"/> - 1 the newest.</param>
    public readonly byte Service(int index) => _service[index & (StackSize - 1)];

    /// <summary>It took an interrupt.</summary>
    /// <returns>Whether it had room: hardware nests no deeper than one a priority class.</returns>
    internal bool Push(byte vector)
    {
        if (ServiceCount == StackSize)
        {
            return false;
        }

        _service[ServiceCount++] = vector;
        return true;
    }

    /// <summary>It ended the newest.</summary>
    internal void Pop()
    {
        if (ServiceCount > 0)
        {
            _service[--ServiceCount] = 0;
        }
    }

    /// <summary>It believes something of a register now; of most it keeps nothing, and null is no change.</summary>
    internal void Note(GuestBelief? belief)
    {
        if (belief is not { } now)
        {
            return;
        }

        ulong value = now.Value;
        switch (now.Register)
        {
            case ApicRegister.ApicBase:
                // With another mode the logical ID is another one, which it has not seen yet.
                Known &= new ApicBase(value).Mode == Mode ? ~GuestViewKinds.None : ~GuestViewKinds.Ldr;
                (ApicBase, Known) = (value, Known | GuestViewKinds.Mode);
                break;
            case ApicRegister.Tpr:
                (Tpr, Known) = ((uint)value, Known | GuestViewKinds.Tpr);
                break;
            case ApicRegister.Svr:
                (Svr, Known) = ((uint)value, Known | GuestViewKinds.Svr);
                break;
            case ApicRegister.LvtTimer:
                (LvtTimer, Known) = ((uint)value, Known | GuestViewKinds.Timer);
                break;
            case ApicRegister.TimerInitial:
                (TimerInitial, Known) = ((uint)value, Known | GuestViewKinds.TimerCount);
                break;
            case ApicRegister.Ldr:
                (Ldr, Known) = ((uint)value, Known | GuestViewKinds.Ldr);
                break;
        }
    }
}
