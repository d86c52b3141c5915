using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.State;

namespace ApicShell;

/// <summary>A handle to a vCPU: its properties show the present.</summary>
public sealed class ApicVcpu
{
    internal ApicVcpu(ApicMachine machine, int index)
    {
        Machine = machine;
        Index = index;
        ApicId = machine.Core.InitialApicId(index);
    }

    /// <summary>Its machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>Its number in the machine, from 0; vCPU 0 is the bootstrap processor.</summary>
    public int Index { get; }

    /// <summary>The APIC ID it was made with.</summary>
    public uint ApicId { get; }

    /// <summary>The mode of the local APIC that its guest uses.</summary>
    public ApicMode Mode => new Architecture.ApicBase(ApicBase).Mode;

    /// <summary>APIC_BASE of the local APIC that its guest uses.</summary>
    public ulong ApicBase
    {
        get
        {
            using (Machine.Take())
            {
                return BaseOf(AccessOrigin.Guest).Value;
            }
        }
    }

    /// <summary>Whether the SVSM emulates its APIC.</summary>
    public bool AlternateInjection
    {
        get
        {
            using (Machine.Take())
            {
                return Machine.Snp?.IsAlternateInjectionEnabled(Index) ?? false;
            }
        }
    }

    /// <summary>Whether it takes maskable interrupts: RFLAGS.IF, which RESET clears.</summary>
    public bool InterruptsEnabled => State.InterruptFlag != 0;

    /// <summary>Whether it runs, or waits for a start-up IPI after INIT.</summary>
    public RunState RunState => State.RunState;

    /// <summary>Whether the host does not let it run.</summary>
    public bool Paused => State.Paused != 0;

    /// <summary>CR8: the class of its task priority, 0 to 15.</summary>
    public byte Cr8
    {
        get
        {
            using (Machine.Take())
            {
                return Machine.Core.ReadCr8(Index);
            }
        }
    }

    private VcpuState State
    {
        get
        {
            using (Machine.Take())
            {
                return Machine.Core.VcpuStateOf(Index);
            }
        }
    }

    /// <summary>The VMPL it is at: 0 while it is in the SVSM or where there is none, else that of the guest; null on platform Native.</summary>
    public int? Vmpl
    {
        get
        {
            using (Machine.Take())
            {
                return Machine.Snp is not { } platform ? null
                    : platform.Injection == SnpInjection.Restricted || platform.IsInSvsm(Index) ? Confidential.Vmpl.Svsm
                    : Confidential.Vmpl.Guest;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Machine.Name}/{Index}";

    /// <summary>Who answers the guest's accesses to a register now.</summary>
    internal Responder OwnerOf(ApicRegister register)
    {
        using (Machine.Take())
        {
            return Machine.Snp?.OwnerOf(Index, register) ?? (Machine.Backend == ApicBackend.Kvm ? Responder.Kvm : Responder.LocalApic);
        }
    }

    /// <summary>Whether the SVSM emulates its APIC whole, in the mode that its own APIC_BASE selects.</summary>
    internal bool IsWhole
    {
        get
        {
            using (Machine.Take())
            {
                return Machine.Snp?.IsWhole(Index) ?? false;
            }
        }
    }

    /// <summary>The mode in which the guest reaches a register: what the SVSM serves by its protocol is always as in x2APIC mode.</summary>
    internal ApicMode ModeFor(ApicRegister register) => OwnerOf(register) == Responder.Svsm && !IsWhole ? ApicMode.X2Apic : Mode;

    /// <summary>APIC_BASE of the local APIC that an access from somewhere reaches.</summary>
    internal Architecture.ApicBase BaseOf(AccessOrigin origin)
    {
        using (Machine.Take())
        {
            return origin == AccessOrigin.Guest && Machine.Snp is { } platform
                ? platform.GuestApicBaseOf(Index)
                : Machine.Core.ApicBaseOf(Index, origin);
        }
    }

    /// <summary>What the guest's read of a register would give, from the APIC or the #VC handler that answers it.</summary>
    internal ulong Peek(ApicRegister register)
    {
        using (Machine.Take())
        {
            return OwnerOf(register) switch
            {
                Responder.Svsm => Machine.Snp!.PeekSvsm(Index, register) ?? 0,
                Responder.Nobody => Machine.Snp!.HandlerIcr2Of(Index),
                _ => Machine.Core.Peek(Index, register),
            };
        }
    }

    /// <summary>Issues an access, and notes what becomes of the message that it sends.</summary>
    internal Answer Execute(in Access access, DeliveryRecorder? recorder = null)
    {
        using (Machine.Take(recorder))
        {
            return Machine.Core.Execute(Index, access);
        }
    }
}
