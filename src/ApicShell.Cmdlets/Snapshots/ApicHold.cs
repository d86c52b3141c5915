namespace ApicShell;

/// <summary>What keeps the next interrupt of a vCPU from being taken now.</summary>
public enum ApicHold
{
    /// <summary>Nothing: it is taken now, or none waits.</summary>
    Nothing,

    /// <summary>RFLAGS.IF is 0.</summary>
    InterruptsOff,

    /// <summary>The processor priority, of TPR or of what is in service, has its class or a higher one.</summary>
    Priority,

    /// <summary>AMD's interrupt enable registers leave it out.</summary>
    InterruptEnable,

    /// <summary>The local APIC is off.</summary>
    ApicOff,

    /// <summary>INIT came; the vCPU waits for a start-up IPI.</summary>
    WaitsForStartup,

    /// <summary>MOV SS or STI: the next instruction still runs without interrupts.</summary>
    InterruptShadow,

    /// <summary>The SVSM has not looked since it was posted.</summary>
    SvsmNotNotified,

    /// <summary>Under Restricted Injection, the guest has no doorbell page.</summary>
    NoDoorbell,

    /// <summary>KVM keeps the interrupt of a timer that has ended: the timer's LVT entry is masked.</summary>
    TimerMasked,

    /// <summary>KVM keeps the interrupt of a timer that has ended: the local APIC is off by software.</summary>
    SoftwareOff,

    /// <summary>KVM keeps the interrupt of a timer that has ended: the host does not let the vCPU run.</summary>
    Paused,

    /// <summary>The guest has ended itself.</summary>
    GuestTerminated,
}
