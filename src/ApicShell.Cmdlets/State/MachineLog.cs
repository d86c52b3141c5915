using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell.State;

/// <summary>What a session remembers of a machine beside its state: the trace, and what the guests believe.</summary>
internal sealed class MachineLog : MachineObserver
{
    public TraceRing Trace { get; } = new();

    public GuestViews Views { get; } = new();

    public override void OnAccess(int vcpu, in Access access) => Trace.OnAccess(vcpu, access);

    public override void OnInterrupt(in InterruptEvent interrupt) => Trace.OnInterrupt(interrupt);

    public override void OnHop(int vcpu, in Hop hop) => Trace.OnHop(vcpu, hop);

    public override void OnAnswer(int vcpu, in Access access, in Answer answer)
    {
        Trace.OnAnswer(vcpu, access, answer);
        Views.OnAnswer(vcpu, access, answer);
    }
}
