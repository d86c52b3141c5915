using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What happened to an interrupt.</summary>
public enum InterruptEventKind : byte
{
    /// <summary>A vCPU or a device sent it; the vCPU is the sender, -1 for a device.</summary>
    Sent,

    /// <summary>A local APIC accepted it: fixed ones are in IRR, all others wait at the vCPU.</summary>
    Accepted,

    /// <summary>A local APIC accepted it into an IRR bit that was set already: the two will be taken as one.</summary>
    Merged,

    /// <summary>A local APIC that was addressed refused it.</summary>
    Refused,

    /// <summary>The vCPU took it: of a fixed one, IRR to ISR.</summary>
    Taken,

    /// <summary>The acknowledge cycle found nothing of high enough priority: the vCPU got the spurious vector.</summary>
    Spurious,

    /// <summary>EOI took its vector out of service.</summary>
    Ended,

    /// <summary>EOI of a level-triggered vector was told to the I/O APICs.</summary>
    EndBroadcast,

    /// <summary>The timer reached 0.</summary>
    TimerExpired,

    /// <summary>The hypervisor put it into the #HV doorbell page.</summary>
    Posted,

    /// <summary>The SVSM put it into EVENT_INJ: the guest takes it before its next instruction.</summary>
    Injected,

    /// <summary>The SVSM put it into V_INTR: the guest takes it when interrupt flag and task priority allow.</summary>
    Queued,

    /// <summary>The SVSM took back what the guest had not taken.</summary>
    Rewound,
}

/// <summary>One thing that happened to an interrupt.</summary>
/// <param name="Kind">What.</param>
/// <param name="Vcpu">Index of the vCPU it happened at, -1 for none.</param>
/// <param name="Vector">Its vector.</param>
/// <param name="Mode">What the interrupt is.</param>
/// <param name="Destination">Whom it was sent to.</param>
/// <param name="Rule">By which rule.</param>
/// <param name="Apic">Which of the vCPU's local APICs it was at, 0 to <see cref="Platform.ApicsPerVcpu"/> - 1; 0 where it was at none.</param>
public readonly record struct InterruptEvent(
    InterruptEventKind Kind, int Vcpu, byte Vector, DeliveryMode Mode, RuleId Rule, uint Destination = 0, byte Apic = 0);
