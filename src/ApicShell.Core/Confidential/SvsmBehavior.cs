using System;

namespace ApicShell.Confidential;

/// <summary>
/// What a real SVSM (coconut-svsm at f4bc4bcd) does and the protocol does not mean, or that loses or repeats an interrupt. All are off unless asked for.
/// </summary>
[Flags]
public enum SvsmBehavior
{
    /// <summary>As the protocol means.</summary>
    None = 0,

    /// <summary>An NMI with a physical destination reaches another vCPU as a fixed interrupt of the ICR's vector.</summary>
    NmiSentAsFixed = 1 << 0,

    /// <summary>The host is asked to notify the sender too when the destination is 0xFFFFFFFF.</summary>
    BroadcastNotifiesSender = 1 << 1,

    /// <summary>Vector 31 is not handed to the hypervisor when emulation ends.</summary>
    Vector31NotHandedOff = 1 << 2,

    /// <summary>Calls are served, and keep their interrupts, after emulation has ended.</summary>
    ServesAfterDisable = 1 << 3,

    /// <summary>Vectors below 16 are taken into IRR by self-IPIs, IPIs and call 4, and wait there for ever.</summary>
    TakesIllegalVectors = 1 << 4,

    /// <summary>PPR is the whole vector in service, not its class.</summary>
    PprIsVector = 1 << 5,

    /// <summary>IPIs that other vCPUs have posted and this one has not taken in are left behind when emulation ends.</summary>
    PostedIpisNotHandedOff = 1 << 6,

    /// <summary>An NMI takes the place of an exception or other event that waits in EVENT_INJ.</summary>
    NmiReplacesEvent = 1 << 7,

    /// <summary>An interrupt that an intercept hit while it was taken is left in EVENT_INJ when emulation ends.</summary>
    InterceptedNotHandedOff = 1 << 8,

    /// <summary>After the last registration is gone, vCPUs that still have emulation lose the event that an intercept hit.</summary>
    InterceptNeedsRegistration = 1 << 9,

    /// <summary>INT n that an intercept hit is injected again although RIP still points at it: it runs twice.</summary>
    SoftwareInterruptInjectedAgain = 1 << 10,

    /// <summary>All of these.</summary>
    Coconut = (1 << 11) - 1,
}
