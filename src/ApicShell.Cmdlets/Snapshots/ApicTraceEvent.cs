using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell;

/// <summary>Something a machine did or that was done to it: an answered access, a hop, what happened to an interrupt, an action. A snapshot.</summary>
public sealed class ApicTraceEvent
{
    internal ApicTraceEvent(ApicMachine machine, ApicVcpu? vcpu, in TraceEntry entry)
    {
        Entry = entry;
        Machine = machine;
        Vcpu = vcpu;
        Number = entry.Number;
        AccessNumber = entry.AccessNumber;
        Access = entry.Access is { } access ? new ApicAccess(vcpu!, access, entry.Answer) : null;
        Hop = entry.Hop is { } hop ? new ApicHop(hop) : null;
        Interrupt = entry.Interrupt is { } interrupt ? new ApicInterruptEvent(interrupt) : null;
        Action = entry.Action;
    }

    /// <summary>The machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>The vCPU; null for a device.</summary>
    public ApicVcpu? Vcpu { get; }

    /// <summary>The machine's clock then, in nanoseconds.</summary>
    public ulong Clock => Entry.Clock;

    /// <summary>Number of the event, from 1.</summary>
    public long Number { get; }

    /// <summary>Number of the command that caused it, from 1: everything that is done to a machine has one.</summary>
    public long Cause => Entry.Cause;

    /// <summary>Number of the access it belongs to; 0 for none. The access stands after what it caused.</summary>
    public long AccessNumber { get; }

    /// <summary>What kind of event: Access, or the kind of hop, interrupt event or action.</summary>
    public ApicTraceEventKind Kind => (ApicTraceEventKind)(
        Hop is { } hop ? (int)hop.Kind
        : Entry.Interrupt is { } interrupt ? 0x200 + (int)interrupt.Kind
        : Action is { } action ? 0x300 + (int)action.Kind
        : (int)ApicTraceEventKind.Access);

    /// <summary>The access and its answer; null for any other event.</summary>
    public ApicAccess? Access { get; }

    /// <summary>The hop's numbers; null for any other event.</summary>
    public ApicHop? Hop { get; }

    /// <summary>What happened to an interrupt; null for any other event.</summary>
    public ApicInterruptEvent? Interrupt { get; }

    /// <summary>What was done to the machine from outside; null for any other event. A device's message stands beside its interrupt.</summary>
    public MachineCommand? Action { get; }

    /// <summary>The event in words.</summary>
    public string Description => Hop is { } hop ? hop.Description
        : Entry.Interrupt is { } interrupt ? ViewText.Describe(interrupt, Action)
        : Action is { } action ? ViewText.Describe(action)
        : Access!.ToString();

    /// <summary>Who answered the access; on platform SevSnp also whose APIC did it with an interrupt. Nobody for any other event.</summary>
    public Responder AnsweredBy => Access?.AnsweredBy
        ?? (Entry.Interrupt is { } interrupt && Machine.Snp is { } snp ? snp.ActorOf(interrupt) : Responder.Nobody);

    internal TraceEntry Entry { get; }

    internal static ApicTraceEventKind KindOf(in Hop hop) => (ApicTraceEventKind)(0x100 + (int)hop.Kind);
}
