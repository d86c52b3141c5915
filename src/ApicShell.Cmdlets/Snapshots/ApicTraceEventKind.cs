using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>
/// The kinds of events of a machine's trace: an access, a hop (0x100 and up), what happened to an interrupt (0x200), or what was done to the machine from outside
/// (0x300), each by the core's own number of it.
/// </summary>
public enum ApicTraceEventKind
{
    /// <summary>An access with its answer.</summary>
    Access,

    /// <summary>An exit to the hypervisor.</summary>
    GhcbExit = 0x100 + (int)SnpHop.GhcbExit,

    /// <summary>A call of the SVSM.</summary>
    SvsmCall = 0x100 + (int)SnpHop.SvsmCall,

    /// <summary>Alternate Injection was switched on.</summary>
    InjectionOn = 0x100 + (int)SnpHop.InjectionOn,

    /// <summary>Alternate Injection was switched off.</summary>
    InjectionOff = 0x100 + (int)SnpHop.InjectionOff,

    /// <summary>The vCPU left the guest for the SVSM.</summary>
    GuestExit = 0x100 + (int)SnpHop.GuestExit,

    /// <summary>The vCPU goes on in the guest.</summary>
    GuestEntry = 0x100 + (int)SnpHop.GuestEntry,

    /// <summary>The guest left out an EOI.</summary>
    LazyEoi = 0x100 + (int)SnpHop.LazyEoi,

    /// <summary>The hypervisor raised #HV.</summary>
    Doorbell = 0x100 + (int)SnpHop.Doorbell,

    /// <summary>A request in the GHCB MSR itself.</summary>
    GhcbMsr = 0x100 + (int)SnpHop.GhcbMsr,

    /// <summary>A vCPU or a device sent an interrupt.</summary>
    Sent = 0x200 + (int)InterruptEventKind.Sent,

    /// <summary>An APIC accepted it.</summary>
    Accepted = 0x200 + (int)InterruptEventKind.Accepted,

    /// <summary>An APIC accepted it while its vector was requested already.</summary>
    Merged = 0x200 + (int)InterruptEventKind.Merged,

    /// <summary>An APIC that was addressed refused it.</summary>
    Refused = 0x200 + (int)InterruptEventKind.Refused,

    /// <summary>A vCPU took it.</summary>
    Taken = 0x200 + (int)InterruptEventKind.Taken,

    /// <summary>A vCPU got the spurious vector.</summary>
    Spurious = 0x200 + (int)InterruptEventKind.Spurious,

    /// <summary>EOI took its vector out of service.</summary>
    Ended = 0x200 + (int)InterruptEventKind.Ended,

    /// <summary>EOI was told to the I/O APICs.</summary>
    EndBroadcast = 0x200 + (int)InterruptEventKind.EndBroadcast,

    /// <summary>A timer reached 0.</summary>
    TimerExpired = 0x200 + (int)InterruptEventKind.TimerExpired,

    /// <summary>The hypervisor put an interrupt into the #HV doorbell page.</summary>
    Posted = 0x200 + (int)InterruptEventKind.Posted,

    /// <summary>The SVSM put it into EVENT_INJ.</summary>
    Injected = 0x200 + (int)InterruptEventKind.Injected,

    /// <summary>The SVSM put it into V_INTR.</summary>
    Queued = 0x200 + (int)InterruptEventKind.Queued,

    /// <summary>The SVSM took it back.</summary>
    Rewound = 0x200 + (int)InterruptEventKind.Rewound,

    /// <summary>Time passed.</summary>
    ClockStep = 0x300 + (int)CommandKind.ClockStep,

    /// <summary>A message to one vCPU, whatever its destination.</summary>
    DirectMessage = 0x300 + (int)CommandKind.DirectMessage,

    /// <summary>An NMI by the host.</summary>
    Nmi = 0x300 + (int)CommandKind.Nmi,

    /// <summary>LINT0 or LINT1 changed its level.</summary>
    Pin = 0x300 + (int)CommandKind.Pin,

    /// <summary>A source inside the APIC asked for an interrupt.</summary>
    LocalInterrupt = 0x300 + (int)CommandKind.LocalInterrupt,

    /// <summary>CLI or STI.</summary>
    InterruptFlag = 0x300 + (int)CommandKind.InterruptFlag,

    /// <summary>MOV to CR8.</summary>
    Cr8 = 0x300 + (int)CommandKind.Cr8,

    /// <summary>The host stopped a vCPU, or let it go on.</summary>
    Pause = 0x300 + (int)CommandKind.Pause,

    /// <summary>A host set one word of an APIC's page.</summary>
    HostWord = 0x300 + (int)CommandKind.HostWord,

    /// <summary>MOV SS or STI: no interrupts for an instruction.</summary>
    InterruptShadow = 0x300 + (int)CommandKind.InterruptShadow,

    /// <summary>STI and HLT.</summary>
    Halt = 0x300 + (int)CommandKind.Halt,

    /// <summary>INIT by the host.</summary>
    Init = 0x300 + (int)CommandKind.Init,

    /// <summary>A start-up by the host.</summary>
    Startup = 0x300 + (int)CommandKind.Startup,

    /// <summary>RESET of a vCPU.</summary>
    Reset = 0x300 + (int)CommandKind.Reset,

    /// <summary>A vCPU was added.</summary>
    Added = 0x300 + (int)CommandKind.Added,

    /// <summary>The machine went back to a checkpoint.</summary>
    Restored = 0x300 + (int)CommandKind.Restored,
}
