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
}

/// <summary>
/// A machine to which things are done: the emulator, or one of another make. Everything that is done to it is a command, and nothing is asked of it that
/// only the emulator's state could tell.
/// </summary>
public interface IMachine
{
    /// <summary>What its APICs have in common.</summary>
    ApicTraits Traits { get; }

    /// <summary>Number of vCPUs.</summary>
    int VcpuCount { get; }

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
}
