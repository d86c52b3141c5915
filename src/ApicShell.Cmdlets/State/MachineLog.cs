using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell.State;

/// <summary>What a session remembers of a machine beside its state: the trace, and what the guests believe.</summary>
internal sealed class MachineLog : MachineObserver
{
    public TraceRing Trace { get; } = new();

    public GuestViews Views { get; } = new();

    /// <summary>Who notes what becomes of a message, while a command sends one; else null.</summary>
    public DeliveryRecorder? Recorder { get; set; }

    /// <summary>Who notes the timers that end, while the clock is stepped.</summary>
    public TimerWatch? Watch { get; set; }

    /// <summary>How many GHCB exits and SVSM calls there were.</summary>
    public int Exits { get; private set; }

    public override void OnAccess(int vcpu, in Access access) => Trace.OnAccess(vcpu, access);

    public override void OnInterrupt(in InterruptEvent interrupt)
    {
        Trace.OnInterrupt(interrupt);
        Recorder?.OnInterrupt(interrupt);
        Watch?.OnInterrupt(interrupt);
        if (interrupt is { Kind: InterruptEventKind.Accepted, Mode: DeliveryMode.Init })
        {
            Views.Forget(interrupt.Vcpu);
        }
    }

    public override void OnAction(in MachineAction action)
    {
        Trace.OnAction(action);
        if (action.Kind is ActionKind.Reset or ActionKind.Init)
        {
            Views.Forget(action.Vcpu);
        }
    }

    public override void OnHop(int vcpu, in Hop hop)
    {
        Trace.OnHop(vcpu, hop);
        Exits += hop.Kind is HopKind.GhcbExit or HopKind.GhcbMsr or HopKind.SvsmCall ? 1 : 0;
    }

    public override void OnAnswer(int vcpu, in Access access, in Answer answer)
    {
        Trace.OnAnswer(vcpu, access, answer);
        Views.OnAnswer(vcpu, access, answer);
    }
}
