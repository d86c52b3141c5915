using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell;

/// <summary>Something a machine did: a hop, or an answered access. A snapshot.</summary>
public sealed class ApicTraceEvent
{
    internal ApicTraceEvent(ApicMachine machine, ApicVcpu vcpu, in TraceEntry entry)
    {
        Machine = machine;
        Vcpu = vcpu;
        Number = entry.Number;
        AccessNumber = entry.AccessNumber;
        Access = entry.Access is { } access ? new ApicAccess(vcpu, access, entry.Answer) : null;
        Hop = entry.IsHop ? entry.Hop : null;
    }

    /// <summary>The machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Number of the event, from 1.</summary>
    public long Number { get; }

    /// <summary>Number of the access it belongs to; 0 for none. The access stands after its hops.</summary>
    public long AccessNumber { get; }

    /// <summary>What kind of event: Access, or the kind of hop.</summary>
    public string Kind => Hop is { } hop ? hop.Kind.ToString() : "Access";

    /// <summary>The access and its answer; null for a hop.</summary>
    public ApicAccess? Access { get; }

    /// <summary>The hop's numbers; null for an access.</summary>
    public Hop? Hop { get; }

    /// <summary>The event in words.</summary>
    public string Description => Hop is { } hop ? ViewText.Describe(hop) : Access!.ToString();

    /// <summary>Who answered; Nobody for a hop.</summary>
    public Responder AnsweredBy => Access?.AnsweredBy ?? Responder.Nobody;
}
