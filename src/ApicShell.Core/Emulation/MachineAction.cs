namespace ApicShell.Emulation;

/// <summary>Something that is done to a machine and is no access.</summary>
public enum ActionKind : byte
{
    /// <summary>Time passes: the data are the nanoseconds.</summary>
    ClockStep,

    /// <summary>A device's message: address and data are those of the MSI that says the same.</summary>
    Message,

    /// <summary>A message to one vCPU whatever its destination: address and data are those of the MSI that says the same.</summary>
    DirectMessage,

    /// <summary>A host's NMI, past the APIC.</summary>
    Nmi,

    /// <summary>A pin changes its level: the address is 0 or 1, the data the new level.</summary>
    Pin,

    /// <summary>An interrupt of a source inside the APIC: the address is the register of its entry.</summary>
    LocalInterrupt,

    /// <summary>CLI or STI: the data are the new flag.</summary>
    InterruptFlag,

    /// <summary>MOV to CR8: the data are the value, 0 to 15.</summary>
    Cr8,

    /// <summary>The host stops a vCPU, or lets it go on: the data are 1 or 0.</summary>
    Pause,

    /// <summary>KVM_SET_LAPIC with one word changed: the address is its offset in the page, the data the word.</summary>
    HostWord,

    /// <summary>MOV SS or STI: the next instruction runs without interrupts, or no more; the data are 1 or 0.</summary>
    InterruptShadow,

    /// <summary>INIT, past the APIC.</summary>
    Init,

    /// <summary>A start-up, past the APIC: the data are its vector.</summary>
    Startup,

    /// <summary>RESET of a vCPU.</summary>
    Reset,

    /// <summary>A vCPU was added.</summary>
    Added,

    /// <summary>The machine went back to a checkpoint.</summary>
    Restored,
}

/// <summary>One thing that is done to a machine and is no access: numbers only.</summary>
/// <param name="Kind">What.</param>
/// <param name="Vcpu">Index of the vCPU, -1 for none.</param>
/// <param name="Address">By kind.</param>
/// <param name="Data">By kind.</param>
public readonly record struct MachineAction(ActionKind Kind, int Vcpu, ulong Address = 0, ulong Data = 0);
