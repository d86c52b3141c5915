namespace ApicShell.Emulation;

/// <summary>A copy of all state of a machine: plain data, of use to that machine and any made like it.</summary>
public sealed class MachineCheckpoint
{
    internal MachineCheckpoint(ulong[] words, int vcpuCount, int planeCount) => (Words, VcpuCount, PlaneCount) = (words, vcpuCount, planeCount);

    /// <summary>The machine's clock at the checkpoint, in nanoseconds.</summary>
    public ulong Clock => Words[0];

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount { get; }

    /// <summary>The machine's image, never changed.</summary>
    internal ulong[] Words { get; }

    internal int PlaneCount { get; }

    internal int BlockWords => (Words.Length - Machine.HeaderWords) / VcpuCount;

    internal unsafe uint ApicIdOf(int vcpu)
    {
        fixed (ulong* start = &Words[Machine.HeaderWords + ((long)vcpu * BlockWords) + Machine.ApicWordOf(0)])
        {
            return ((LocalApicState*)start)->InitialId;
        }
    }
}
