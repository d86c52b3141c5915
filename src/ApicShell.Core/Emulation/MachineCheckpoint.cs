namespace ApicShell.Emulation;

/// <summary>A copy of all state of a machine: plain data, of use to that machine and any made like it.</summary>
public sealed class MachineCheckpoint
{
    internal MachineCheckpoint(ulong clock, VcpuState[] vcpus, LocalApicState[][] planes, object? platform) =>
        (Clock, Vcpus, Planes, Platform) = (clock, vcpus, planes, platform);

    /// <summary>The machine's clock at the checkpoint, in nanoseconds.</summary>
    public ulong Clock { get; }

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount => Vcpus.Length;

    internal VcpuState[] Vcpus { get; }

    internal LocalApicState[][] Planes { get; }

    /// <summary>The platform's part, a copy that is never changed.</summary>
    internal object? Platform { get; }

    internal static T[] Copy<T>(T[] states) => (T[])states.Clone();
}
