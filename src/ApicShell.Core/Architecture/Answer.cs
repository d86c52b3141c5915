using System.Runtime.CompilerServices;

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

    /// <summary>The KVM of the kernel that runs: its machines are real.</summary>
    Kvm,
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

/// <summary>
/// How a command ended, who answered it, what it cost and by which rule: two numbers, which go in two processor registers. Most commands are accesses.
/// </summary>
public readonly record struct Answer
{
    // Outcome 3:0, responder 7:4, route 11:8, failure 15:12, fault 23:16, rule 39:24, exits 63:40. Packed by shifts: parts stored one by one and
    // loaded as a whole would stall the processor on every access.
    private const int ResponderShift = 4;
    private const int RouteShift = 8;
    private const int FailureShift = 12;
    private const int FaultShift = 16;
    private const int RuleShift = 24;
    private const int ExitsShift = 40;

    private readonly ulong _packed;
    private readonly ulong _number;

    /// <summary>An answer that cost no exit and took no way.</summary>
    /// <param name="outcome">How it ended; a fault is #GP(0).</param>
    /// <param name="rule">By which rule.</param>
    /// <param name="value">What a read returned.</param>
    /// <param name="responder">Who answered.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Answer(Outcome outcome, RuleId rule, ulong value = 0, Responder responder = Responder.LocalApic) => (_number, _packed) =
        (value, (ulong)outcome | ((ulong)responder << ResponderShift) | ((ulong)rule << RuleShift)
            | (outcome == Outcome.Fault ? (ulong)GuestFault.GP << FaultShift : 0));

    /// <summary>An answer of a machine that is no emulator.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="rule">By which rule.</param>
    /// <param name="value">What a read returned.</param>
    /// <param name="responder">Who answered.</param>
    /// <param name="route">The way it took.</param>
    /// <param name="fault">The exception, where it ended in a fault.</param>
    public Answer(Outcome outcome, RuleId rule, ulong value, Responder responder, Route route, GuestFault fault = GuestFault.GP)
        : this(outcome, rule, value, responder) =>
        _packed = (_packed & ~(0xFFUL << FaultShift)) | ((ulong)route << RouteShift) | (outcome == Outcome.Fault ? (ulong)fault << FaultShift : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Answer(ulong packed, ulong number) => (_packed, _number) = (packed, number);

    /// <summary>What a read returned; all ones when unclaimed, 0 when there is no value.</summary>
    public ulong Value => Failure == 0 ? _number : 0;

    /// <summary>What <see cref="Detail"/> is, 0 for none: the platform says, for what failed on a way of its own.</summary>
    public byte Failure => (byte)((_packed >> FailureShift) & 0xF);

    /// <summary>What the platform has to say of a failure.</summary>
    public ulong Detail => Failure == 0 ? 0 : _number;

    /// <summary>How the command ended.</summary>
    public Outcome Outcome => (Outcome)(_packed & 0xF);

    /// <summary>Who answered.</summary>
    public Responder Responder => (Responder)((_packed >> ResponderShift) & 0xF);

    /// <summary>The way it took.</summary>
    public Route Route => (Route)((_packed >> RouteShift) & 0xF);

    /// <summary>The exception, where it ended in a fault.</summary>
    public GuestFault Fault => (GuestFault)(_packed >> FaultShift);

    /// <summary>By which rule.</summary>
    public RuleId Rule => (RuleId)(_packed >> RuleShift);

    /// <summary>Exits it cost: a native intercept 1, a GHCB exit 1, an SVSM call 1 and what it causes.</summary>
    public int Exits => (int)(_packed >> ExitsShift);

    /// <summary>Whether the access did what it was for: a read has a value, a write took effect or was accepted.</summary>
    public bool Succeeded => Outcome is Outcome.Value or Outcome.Done;

    /// <summary>Whether the read has a value, all ones of an unclaimed one included.</summary>
    public bool HasValue => Outcome is Outcome.Value or Outcome.Unclaimed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Answer Read(ulong value, RuleId rule) => new(Outcome.Value, rule, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Answer Done(RuleId rule) => new(Outcome.Done, rule);

    internal static Answer Dropped(RuleId rule) => new(Outcome.Dropped, rule);

    internal static Answer Undefined(RuleId rule) => new(Outcome.Undefined, rule);

    /// <summary>A fault, or a refusal where the host asked.</summary>
    internal static Answer Refuse(AccessOrigin origin, RuleId rule) => new(origin == AccessOrigin.Host ? Outcome.Rejected : Outcome.Fault, rule);

    /// <summary>The guest has ended itself, by a handler of its own.</summary>
    internal static Answer Ended(RuleId rule) =>
        new Answer(Outcome.Fault, rule, responder: Responder.Nobody).With(GuestFault.Terminated).By(Route.Handler, 0);

    /// <summary>An answer that has come no way yet, by a way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Answer Via(Route route, int exits) => new(_packed | ((ulong)route << RouteShift) | ((ulong)(uint)exits << ExitsShift), _number);

    /// <summary>The answer by another way.</summary>
    internal Answer By(Route route, int exits) => new(
        (_packed & (((1UL << ExitsShift) - 1) & ~(0xFUL << RouteShift))) | ((ulong)route << RouteShift) | ((ulong)(uint)exits << ExitsShift), _number);

    /// <summary>The answer by another rule.</summary>
    internal Answer By(RuleId rule) => new((_packed & ~(0xFFFFUL << RuleShift)) | ((ulong)rule << RuleShift), _number);

    /// <summary>The answer of another.</summary>
    internal Answer From(Responder responder) => new((_packed & ~(0xFUL << ResponderShift)) | ((ulong)responder << ResponderShift), _number);

    /// <summary>The answer with another value.</summary>
    internal Answer With(ulong value) => new(_packed, value);

    /// <summary>The answer with another exception.</summary>
    internal Answer With(GuestFault fault) => new((_packed & ~(0xFFUL << FaultShift)) | ((ulong)fault << FaultShift), _number);

    /// <summary>The answer with what the platform has to say of its failure, 1 to 15.</summary>
    internal Answer With(byte failure, ulong detail) => new((_packed & ~(0xFUL << FailureShift)) | ((ulong)failure << FailureShift), detail);
}
