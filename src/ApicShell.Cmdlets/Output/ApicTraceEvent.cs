using System;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell;

/// <summary>Something a machine did: an answered access, a hop, or what happened to an interrupt. A snapshot.</summary>
public sealed class ApicTraceEvent
{
    internal ApicTraceEvent(ApicMachine machine, ApicVcpu? vcpu, in TraceEntry entry)
    {
        Machine = machine;
        Vcpu = vcpu;
        Number = entry.Number;
        AccessNumber = entry.AccessNumber;
        Access = entry.Access is { } access ? new ApicAccess(vcpu!, access, entry.Answer) : null;
        Hop = entry.Hop;
        Interrupt = entry.Interrupt;
    }

    /// <summary>The newest events of a machine, oldest first.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="last">How many at the most.</param>
    internal static ApicTraceEvent[] Of(ApicMachine machine, int last)
    {
        lock (machine.Gate)
        {
            TraceRing ring = machine.Log.Trace;
            ApicVcpu[] vcpus = machine.Vcpu;
            var events = new ApicTraceEvent[Math.Min(last, ring.Count)];
            for (int i = 0; i < events.Length; i++)
            {
                TraceEntry entry = ring[ring.Count - events.Length + i];
                events[i] = new ApicTraceEvent(machine, entry.Vcpu < 0 ? null : vcpus[entry.Vcpu], entry);
            }

            return events;
        }
    }

    /// <summary>The machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>The vCPU; null for a device.</summary>
    public ApicVcpu? Vcpu { get; }

    /// <summary>Number of the event, from 1.</summary>
    public long Number { get; }

    /// <summary>Number of the access it belongs to; 0 for none. The access stands after what it caused.</summary>
    public long AccessNumber { get; }

    /// <summary>What kind of event: Access, or the kind of hop or interrupt event.</summary>
    public string Kind => Hop?.Kind.ToString() ?? Interrupt?.Kind.ToString() ?? "Access";

    /// <summary>The access and its answer; null for any other event.</summary>
    public ApicAccess? Access { get; }

    /// <summary>The hop's numbers; null for any other event.</summary>
    public Hop? Hop { get; }

    /// <summary>What happened to an interrupt; null for any other event.</summary>
    public InterruptEvent? Interrupt { get; }

    /// <summary>The event in words.</summary>
    public string Description => Hop is { } hop ? ViewText.Describe(hop) : Interrupt is { } interrupt ? ViewText.Describe(interrupt) : Access!.ToString();

    /// <summary>Who answered; Nobody for any other event.</summary>
    public Responder AnsweredBy => Access?.AnsweredBy ?? Responder.Nobody;
}
