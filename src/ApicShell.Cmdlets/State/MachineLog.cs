using ApicShell.Architecture;
using ApicShell.Confidential;
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

    public override bool WatchesDelivery => Recorder is not null;

    public override void OnCommand(long number, in MachineCommand command)
    {
        Trace.OnCommand(number, command);
        if (command.Kind is CommandKind.Reset or CommandKind.Init)
        {
            Views.Forget(command.Vcpu);
        }
    }

    public override void OnHop(long number, int vcpu, in Hop hop)
    {
        Trace.OnHop(number, vcpu, hop);
        Exits += hop.Kind is SnpHop.GhcbExit or SnpHop.GhcbMsr or SnpHop.SvsmCall ? 1 : 0;
    }

    public override void OnInterrupt(long number, in InterruptEvent interrupt)
    {
        Trace.OnInterrupt(number, interrupt);
        Recorder?.OnInterrupt(interrupt);
        Watch?.OnInterrupt(interrupt);
        if (interrupt is { Kind: InterruptEventKind.Accepted, Mode: DeliveryMode.Init })
        {
            Views.Forget(interrupt.Vcpu);
        }
    }

    public override void OnAnswer(long number, in MachineCommand command, in Answer answer)
    {
        Trace.OnAnswer(number, command, answer);
        Views.OnAnswer(number, command, answer);
    }
}
