using System.Runtime.InteropServices;
using ApicShell.Architecture;
using ApicShell.Compatibility;

namespace ApicShell.Emulation;

/// <summary>
/// All that one local APIC is: plain data, no references, so that a copy is a checkpoint and its bytes are its identity.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct LocalApicState
{
    /// <summary>APIC_BASE as RDMSR gives it.</summary>
    public ulong ApicBase;

    /// <summary>IA32_TSC_DEADLINE while armed, else 0.</summary>
    public ulong TscDeadline;

    /// <summary>The APIC ID the vCPU was made with; what RESET and some mode changes return to.</summary>
    public uint InitialId;

    /// <summary>Errors noted since ESR was last written: the accumulator behind it.</summary>
    public uint PendingErrors;

    /// <summary>
    /// The ICR's bits 63:32 in x2APIC mode. KVM keeps them apart from <see cref="ApicRegister.Icr2"/>, so that each mode finds its own
    /// again; where a manual says the half is lost, it is this that starts at 0.
    /// </summary>
    public uint IcrDestination;

    private fixed uint _registers[RegisterCatalogue.FileSize];

    /// <summary>A register's stored image, 32 bits.</summary>
    public uint this[ApicRegister register]
    {
        readonly get => _registers[(int)register];
        set => _registers[(int)register] = value;
    }

    /// <summary>The mode that APIC_BASE selects.</summary>
    public readonly ApicMode Mode => new ApicBase(ApicBase).Mode;

    /// <summary>Whether SVR bit 8 is set.</summary>
    public readonly bool IsSoftwareEnabled => (this[ApicRegister.Svr] & 0x100) != 0;

    /// <summary>The highest vector in a set of 256, or -1.</summary>
    /// <param name="first">Isr0, Tmr0 or Irr0.</param>
    internal readonly int HighestVector(ApicRegister first)
    {
        for (int word = 7; word >= 0; word--)
        {
            uint bits = _registers[(int)first + word];
            if (bits != 0)
            {
                return (word * 32) + Bits.Highest(bits);
            }
        }

        return -1;
    }

    /// <summary>Takes a vector out of a set of 256.</summary>
    internal void ClearVector(ApicRegister first, int vector) => _registers[(int)first + (vector >> 5)] &= ~(1u << (vector & 31));
}
