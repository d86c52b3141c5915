using System.Collections.Generic;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What not every machine can do.</summary>
public enum MachineCapability : byte
{
    /// <summary>Its clock goes on only when it is told to.</summary>
    Clock,

    /// <summary>It can be brought back to a checkpoint.</summary>
    Checkpoints,

    /// <summary>Its APICs can be seen and set past the guest, as KVM_GET_LAPIC and KVM_SET_LAPIC do.</summary>
    HostPage,

    /// <summary>It has the commands of a platform of its own.</summary>
    Platform,

    /// <summary>Its host can stop a vCPU: <see cref="CommandKind.Pause"/>.</summary>
    Pause,

    /// <summary>Its pins and the sources inside its APICs can be driven: <see cref="CommandKind.Pin"/>, <see cref="CommandKind.LocalInterrupt"/>.</summary>
    LocalSources,
}

/// <summary>
/// A machine to which things are done: the emulator, the kernel's own KVM, or one of another make. Everything that is done to it is a command, which its
/// observer is told; what it is asked beside that changes nothing. Not safe for use by several threads at once.
/// </summary>
public interface IMachine
{
    /// <summary>What its APICs have in common.</summary>
    ApicTraits Traits { get; }

    /// <summary>Number of vCPUs.</summary>
    int VcpuCount { get; }

    /// <summary>Who watches, or null: told of every command on the thread that does it.</summary>
    MachineObserver? Observer { get; set; }

    /// <summary>Nanoseconds since the machine was made, by its own clock.</summary>
    ulong Clock { get; }

    /// <summary>When the next timer ends, in nanoseconds of the clock; null when none runs, or the machine does not tell.</summary>
    ulong? NextTimer { get; }

    /// <summary>The APIC ID a vCPU was made with.</summary>
    uint InitialApicId(int vcpu);

    /// <summary>Whether it can do something that not every machine can.</summary>
    bool Can(MachineCapability capability);

    /// <summary>Does something to it.</summary>
    /// <param name="command">What.</param>
    /// <returns>
    /// How that ended; <see cref="Outcome.Rejected"/> by rule <see cref="RuleId.NoCapability"/>, and nothing done, where the machine cannot do it.
    /// </returns>
    Answer Do(in MachineCommand command);

    /// <summary>Adds vCPUs in their RESET state, as hot-plug does; nothing of the others changes.</summary>
    /// <param name="apicIds">One APIC ID a vCPU, each used once in the machine.</param>
    /// <exception cref="MachineException">No vCPU, more than the machine can have, or an APIC ID that is not allowed; the machine stays as it was.</exception>
    void Add(IReadOnlyList<uint> apicIds);

    /// <summary>Ends early what the machine waits for, as time to pass, from any thread; a machine whose time is virtual waits for nothing.</summary>
    void Stop();

    /// <summary>What a vCPU has beside its local APIC.</summary>
    VcpuState VcpuStateOf(int vcpu);

    /// <summary>The local APIC that an access of a vCPU reaches, as far as the machine shows it.</summary>
    LocalApicState StateOf(int vcpu, AccessOrigin origin);

    /// <summary>What a guest's read of a register would give.</summary>
    ulong Peek(int vcpu, ApicRegister register);

    /// <summary>A word of the page as KVM_GET_LAPIC shows it to the host.</summary>
    uint ReadHostPage(int vcpu, ApicRegister register);

    /// <summary>CR8: the class of the task priority, 0 to 15.</summary>
    byte ReadCr8(int vcpu);

    /// <summary>The requested vector that priority would let the vCPU take now, or -1.</summary>
    int Dispatchable(int vcpu);

    /// <summary>What CPUID tells the guest of a vCPU.</summary>
    CpuidLeaf Cpuid(int vcpu, uint leaf);
}
