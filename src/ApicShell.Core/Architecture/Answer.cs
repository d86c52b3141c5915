namespace ApicShell.Architecture;

/// <summary>How an access ended.</summary>
public enum Outcome : byte
{
    /// <summary>A read returned a value.</summary>
    Value,

    /// <summary>A write took effect.</summary>
    Done,

    /// <summary>The guest got an exception.</summary>
    Fault,

    /// <summary>A write changed nothing and raised no fault.</summary>
    Dropped,

    /// <summary>A read that nobody claimed: all ones.</summary>
    Unclaimed,

    /// <summary>The source leaves the result open. Never compared.</summary>
    Undefined,

    /// <summary>A host-initiated access that the host API refused.</summary>
    Rejected,
}

/// <summary>Who answered an access.</summary>
public enum Responder : byte
{
    /// <summary>Nobody.</summary>
    Nobody,

    /// <summary>The vCPU's local APIC, on platform Native.</summary>
    LocalApic,

    /// <summary>The hypervisor's APIC, behind a GHCB exit.</summary>
    Hypervisor,

    /// <summary>The SVSM's APIC.</summary>
    Svsm,
}

/// <summary>The way an access took.</summary>
public enum Route : byte
{
    /// <summary>Straight, as an MSR.</summary>
    Msr,

    /// <summary>Straight, as memory.</summary>
    Mmio,

    /// <summary>GHCB exit 0x7C.</summary>
    GhcbMsr,

    /// <summary>GHCB exits 0x80000001 and 0x80000002.</summary>
    GhcbMmio,

    /// <summary>SVSM APIC protocol, calls 2 and 3.</summary>
    SvsmCall,

    /// <summary>The host's own API.</summary>
    HostApi,

    /// <summary>None: the #VC handler itself ended it.</summary>
    Handler,
}

/// <summary>Exception that a guest gets; the value is its vector.</summary>
public enum GuestFault : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>#UD.</summary>
    UD = 6,

    /// <summary>#GP.</summary>
    GP = 13,

    /// <summary>#PF.</summary>
    PF = 14,

    /// <summary>No exception: the guest ended itself. 255 is no vector of an exception.</summary>
    Terminated = 255,
}

/// <summary>How one access ended, who answered it, what it cost and by which rule.</summary>
public readonly record struct Answer
{
    /// <summary>The answer of a local APIC that was reached in some way.</summary>
    internal Answer(ApicResult result, Route route, byte exits)
    {
        Value = result.Value;
        Outcome = result.Outcome;
        Responder = result.Responder;
        Rule = result.Rule;
        Fault = result.Outcome == Outcome.Fault ? GuestFault.GP : GuestFault.None;
        Route = route;
        Exits = exits;
    }

    /// <summary>The part of the answer that does not depend on the way there.</summary>
    public ApicResult Result => new(Outcome, Rule, Value, Responder);

    /// <summary>What a read returned; all ones when unclaimed, 0 when there is no value.</summary>
    public ulong Value { get; init; }

    /// <summary>Exit information 2 of the GHCB exit that failed, else 0.</summary>
    public ulong ExitInfo2 { get; init; }

    /// <summary>Result code of the SVSM call that failed, else success.</summary>
    public uint SvsmResult { get; init; }

    /// <summary>Exit information 1 of the GHCB exit that failed (1 or 2), else 0.</summary>
    public byte ExitInfo1 { get; init; }

    /// <summary>How the access ended.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>Who answered.</summary>
    public Responder Responder { get; init; }

    /// <summary>The way it took.</summary>
    public Route Route { get; init; }

    /// <summary>The exception, where it ended in a fault.</summary>
    public GuestFault Fault { get; init; }

    /// <summary>By which rule.</summary>
    public RuleId Rule { get; init; }

    /// <summary>Exits it cost: a native intercept 1, a GHCB exit 1, an SVSM call 1 and what it causes.</summary>
    public byte Exits { get; init; }

    /// <summary>Whether the access did what it was for: a read has a value, a write took effect or was accepted.</summary>
    public bool Succeeded => Outcome is Outcome.Value or Outcome.Done;

    /// <summary>Whether the read has a value, all ones of an unclaimed one included.</summary>
    public bool HasValue => Outcome is Outcome.Value or Outcome.Unclaimed;
}
