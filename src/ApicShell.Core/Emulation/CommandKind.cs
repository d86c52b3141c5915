namespace ApicShell.Emulation;

/// <summary>
/// What is done to a machine from outside. Those from <see cref="FirstOfPlatform"/> on are the platform's own: each platform names them.
/// </summary>
public enum CommandKind : byte
{
    /// <summary>One vCPU accesses one register.</summary>
    Access,

    /// <summary>A vCPU takes its next event, if it may.</summary>
    Take,

    /// <summary>The acknowledge cycle, whatever the interrupt flag says: the data are 1 where one that finds nothing gives the spurious vector.</summary>
    Acknowledge,

    /// <summary>CLI or STI: the data are the new flag.</summary>
    InterruptFlag,

    /// <summary>MOV to CR8: the data are the value, 0 to 15.</summary>
    Cr8,

    /// <summary>Time passes: the data are the nanoseconds.</summary>
    ClockStep,

    /// <summary>A device's message: the data are <see cref="Architecture.InterruptMessage.Bits"/>.</summary>
    Message,

    /// <summary>A message to one vCPU whatever its destination: the data are <see cref="Architecture.InterruptMessage.Bits"/>.</summary>
    DirectMessage,

    /// <summary>A host's NMI, past the APIC.</summary>
    Nmi,

    /// <summary>A pin changes its level: the address is 0 or 1, the data bit 8 the new level, bits 7:0 the vector of a legacy interrupt controller.</summary>
    Pin,

    /// <summary>An interrupt of a source inside the APIC: the address is the register of its entry.</summary>
    LocalInterrupt,

    /// <summary>The host stops a vCPU, or lets it go on: the data are 1 or 0.</summary>
    Pause,

    /// <summary>KVM_SET_LAPIC with one word changed: the address is its offset in the page, the data the word.</summary>
    HostWord,

    /// <summary>INIT, past the APIC.</summary>
    Init,

    /// <summary>A start-up, past the APIC: the data are its vector.</summary>
    Startup,

    /// <summary>RESET of a vCPU.</summary>
    Reset,

    /// <summary>A vCPU is added: the data are its APIC ID.</summary>
    Added,

    /// <summary>The machine goes back to a checkpoint, which no number stands for: only <see cref="Machine.Restore"/> does it.</summary>
    Restored,

    /// <summary>MOV SS or STI: the next instruction runs without interrupts, or no more; the data are 1 or 0. For platforms that have it.</summary>
    InterruptShadow,

    /// <summary>STI and HLT: the vCPU waits until something wakes it, at the most as many nanoseconds as the data say, and has interrupts on then.</summary>
    Halt,

    /// <summary>The first kind of a platform.</summary>
    FirstOfPlatform = 64,
}
