namespace ApicShell;

/// <summary>The kinds of events of a machine's trace: the values that <see cref="ApicTraceEvent.Kind"/> can have.</summary>
public enum ApicTraceEventKind
{
    /// <summary>An access with its answer.</summary>
    Access,

    /// <summary>An exit to the hypervisor.</summary>
    GhcbExit,

    /// <summary>A call of the SVSM.</summary>
    SvsmCall,

    /// <summary>Alternate Injection was switched on.</summary>
    InjectionOn,

    /// <summary>Alternate Injection was switched off.</summary>
    InjectionOff,

    /// <summary>The vCPU left the guest for the SVSM.</summary>
    GuestExit,

    /// <summary>The vCPU goes on in the guest.</summary>
    GuestEntry,

    /// <summary>The guest left out an EOI.</summary>
    LazyEoi,

    /// <summary>The hypervisor raised #HV.</summary>
    Doorbell,

    /// <summary>A request in the GHCB MSR itself.</summary>
    GhcbMsr,

    /// <summary>A vCPU or a device sent an interrupt.</summary>
    Sent,

    /// <summary>An APIC accepted it.</summary>
    Accepted,

    /// <summary>An APIC accepted it while its vector was requested already.</summary>
    Merged,

    /// <summary>An APIC that was addressed refused it.</summary>
    Refused,

    /// <summary>A vCPU took it.</summary>
    Taken,

    /// <summary>A vCPU got the spurious vector.</summary>
    Spurious,

    /// <summary>EOI took its vector out of service.</summary>
    Ended,

    /// <summary>EOI was told to the I/O APICs.</summary>
    EndBroadcast,

    /// <summary>A timer reached 0.</summary>
    TimerExpired,

    /// <summary>The hypervisor put an interrupt into the #HV doorbell page.</summary>
    Posted,

    /// <summary>The SVSM put it into EVENT_INJ.</summary>
    Injected,

    /// <summary>The SVSM put it into V_INTR.</summary>
    Queued,

    /// <summary>The SVSM took it back.</summary>
    Rewound,

    /// <summary>Time passed.</summary>
    ClockStep,

    /// <summary>A message to one vCPU, whatever its destination.</summary>
    DirectMessage,

    /// <summary>An NMI by the host.</summary>
    Nmi,

    /// <summary>LINT0 or LINT1 changed its level.</summary>
    Pin,

    /// <summary>A source inside the APIC asked for an interrupt.</summary>
    LocalInterrupt,

    /// <summary>CLI or STI.</summary>
    InterruptFlag,

    /// <summary>MOV to CR8.</summary>
    Cr8,

    /// <summary>The host stopped a vCPU, or let it go on.</summary>
    Pause,

    /// <summary>A host set one word of an APIC's page.</summary>
    HostWord,

    /// <summary>MOV SS or STI: no interrupts for an instruction.</summary>
    InterruptShadow,

    /// <summary>INIT by the host.</summary>
    Init,

    /// <summary>A start-up by the host.</summary>
    Startup,

    /// <summary>RESET of a vCPU.</summary>
    Reset,

    /// <summary>A vCPU was added.</summary>
    Added,

    /// <summary>The machine went back to a checkpoint.</summary>
    Restored,
}
