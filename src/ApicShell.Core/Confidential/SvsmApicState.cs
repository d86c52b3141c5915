using System.Runtime.InteropServices;

namespace ApicShell.Confidential;

/// <summary>
/// The SVSM's APIC of one vCPU: plain data. It is no <see cref="Emulation.LocalApicState"/>; TPR is the four bits of the VMSA, vectors in service
/// are a stack (coconut-svsm cpu/apic.rs).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SvsmApicState
{
    /// <summary>Deepest the stack of vectors in service can get: one a priority class.</summary>
    public const int StackSize = 16;

    /// <summary>The last ICR value that was accepted.</summary>
    public ulong Icr;

    /// <summary>Requested vectors, 32 a word.</summary>
    public fixed uint Irr[8];

    /// <summary>Trigger modes, 1 = level.</summary>
    public fixed uint Tmr[8];

    /// <summary>Vectors in service, the newest last.</summary>
    public fixed byte Service[StackSize];

    /// <summary>How many vectors are in service.</summary>
    public byte ServiceCount;

    /// <summary>V_TPR: TPR bits 7:4.</summary>
    public byte VTpr;

    /// <summary>The newest vector in service, or -1.</summary>
    public readonly int HighestService => ServiceCount == 0 ? -1 : Service[ServiceCount - 1];

    /// <summary>One word of the in-service set, as a bitmap.</summary>
    public readonly uint ServiceWord(int word)
    {
        uint bits = 0;
        for (int i = 0; i < ServiceCount; i++)
        {
            bits |= Service[i] >> 5 == word ? 1u << (Service[i] & 31) : 0;
        }

        return bits;
    }
}
