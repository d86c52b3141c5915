using System.Collections.Generic;
using ApicShell.Emulation;

namespace ApicShell.State;

/// <summary>Notes the timers that end while the clock is stepped, and what became of their interrupts.</summary>
internal sealed class TimerWatch
{
    private readonly IMachine _machine;
    private readonly List<(int Vcpu, byte Vector, ulong Time, bool Delivered)> _ended = [];

    public TimerWatch(IMachine machine) => _machine = machine;

    /// <summary>Sees what happened to an interrupt: that of a timer comes right behind the timer's end.</summary>
    public void OnInterrupt(in InterruptEvent interrupt)
    {
        if (interrupt.Kind == InterruptEventKind.TimerExpired)
        {
            _ended.Add((interrupt.Vcpu, interrupt.Vector, _machine.Clock, false));
        }
        else if (interrupt.Kind is InterruptEventKind.Accepted or InterruptEventKind.Merged && _ended.Count > 0)
        {
            var last = _ended[_ended.Count - 1];
            last.Delivered |= last.Vcpu == interrupt.Vcpu && last.Vector == interrupt.Vector;
            _ended[_ended.Count - 1] = last;
        }
    }

    /// <summary>Whether KVM holds back the interrupt of a timer: of a real one no call tells.</summary>
    private bool IsHeld(int vcpu) => _machine is Machine emulator && emulator.HoldsTimerInterrupt(vcpu);

    /// <summary>What ended, in the order of time.</summary>
    public ApicTimerExpiry[] ToArray(ApicMachine machine)
    {
        ApicVcpu[] vcpus = machine.Vcpu;
        var expired = new ApicTimerExpiry[_ended.Count];
        for (int i = 0; i < expired.Length; i++)
        {
            (int vcpu, byte vector, ulong time, bool delivered) = _ended[i];
            TimerInterrupt outcome = delivered ? TimerInterrupt.Delivered
                : IsHeld(vcpu) ? TimerInterrupt.HeldBack
                : TimerInterrupt.Lost;
            expired[i] = new ApicTimerExpiry(vcpus[vcpu], vector, time, outcome);
        }

        return expired;
    }
}
