using System;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <content>Interrupts and time.</content>
public sealed partial class Machine
{
    /// <summary>The last moment of the virtual clock.</summary>
    public const ulong MaxClock = long.MaxValue;

    /// <summary>The host API refuses an MSI's address: KVM's -EINVAL.</summary>
    public const int MsiInvalid = -22;

    /// <summary>The virtual clock in nanoseconds since the machine was made; the time-stamp counter counts with it, one a nanosecond.</summary>
    public ulong Clock { get; private set; }

    /// <summary>A device's interrupt to the guest's APICs.</summary>
    /// <param name="message">The message; a shorthand has no meaning here.</param>
    /// <returns>How many APICs accepted it, 0 when all that were addressed refused, -1 when none was addressed.</returns>
    public int Send(in InterruptMessage message)
    {
        Observer?.OnAction(new(ActionKind.Message, -1, message.MsiAddress, message.MsiData));
        Observer?.OnInterrupt(new(InterruptEventKind.Sent, -1, message.Vector, message.Mode, RuleId.IpiAccepted, message.Destination));
        return _guest.Destinations.Send(_guest, -1, message);
    }

    /// <summary>A device's write to the MSI addresses, 0xFEExxxxx; as in KVM's KVM_SIGNAL_MSI nothing but the fields of the message is looked at.</summary>
    /// <returns>As <see cref="Send"/>; <see cref="MsiInvalid"/> where destinations have 32 bits and bits 39:32 of the address are not 0.</returns>
    public int SendMsi(ulong address, uint data) => _guest.HasLongIds && ((address >> 32) & 0xFF) != 0
        ? MsiInvalid
        : Send(InterruptMessage.OfMsi(address, data, _guest.HasLongIds));

    /// <summary>A message to one vCPU, whatever its destination.</summary>
    /// <returns>Whether the vCPU's APIC accepted it.</returns>
    public bool SendTo(int vcpu, in InterruptMessage message)
    {
        Observer?.OnAction(new(ActionKind.DirectMessage, vcpu, message.MsiAddress, message.MsiData));
        return Acceptance.Give(_guest, vcpu, message) > 0;
    }

    /// <summary>An NMI straight to the vCPU, past its APIC, as a host can send it.</summary>
    public RuleId PostNmi(int vcpu)
    {
        Observer?.OnAction(new(ActionKind.Nmi, vcpu));
        return TakeInNmi(vcpu);
    }

    /// <summary>An NMI comes to the vCPU, from wherever.</summary>
    internal RuleId TakeInNmi(int vcpu)
    {
        if (_platform.Delivers(vcpu))
        {
            return _platform.TakeInNmi(this, vcpu);
        }

        ref VcpuState state = ref _vcpus[vcpu];
        RuleId rule = state.PendingNmi < VcpuState.MaxPendingNmi ? RuleId.NmiPosted : RuleId.NmiLimit;
        state.PendingNmi = Math.Min((byte)(state.PendingNmi + 1), VcpuState.MaxPendingNmi);
        return rule;
    }

    /// <summary>INIT straight to the vCPU.</summary>
    public void Initialize(int vcpu)
    {
        Observer?.OnAction(new(ActionKind.Init, vcpu));
        TakeInInit(vcpu);
    }

    /// <summary>INIT comes to the vCPU, from wherever.</summary>
    internal void TakeInInit(int vcpu)
    {
        foreach (ApicPlane plane in _planes)
        {
            plane.Initialize(vcpu);
        }

        // A bootstrap processor starts at its reset vector, any other waits.
        bool waits = !ApicBaseOf(vcpu, AccessOrigin.Guest).IsBootstrap;
        _vcpus[vcpu] = new VcpuState { Paused = _vcpus[vcpu].Paused, RunState = waits ? RunState.WaitForStartup : RunState.Running };
        _platform.AfterInit(this, vcpu);
    }

    /// <summary>A start-up IPI straight to the vCPU.</summary>
    /// <returns>Whether it waited for one, and now runs.</returns>
    public bool Start(int vcpu, byte vector)
    {
        Observer?.OnAction(new(ActionKind.Startup, vcpu, 0, vector));
        return TakeInStartup(vcpu, vector);
    }

    /// <summary>A start-up IPI comes to the vCPU, from wherever.</summary>
    internal bool TakeInStartup(int vcpu, byte vector)
    {
        ref VcpuState state = ref _vcpus[vcpu];
        if (state.RunState != RunState.WaitForStartup)
        {
            return false;
        }

        (state.RunState, state.StartupVector) = (RunState.Running, vector);
        return true;
    }

    /// <summary>Changes the level of LINT0 or LINT1.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="pin">0 or 1.</param>
    /// <param name="asserted">The new level.</param>
    /// <param name="extIntVector">The vector that a legacy interrupt controller gives, where the pin's entry is of type ExtINT.</param>
    public RuleId SetPin(int vcpu, int pin, bool asserted, byte extIntVector = 0)
    {
        Observer?.OnAction(new(ActionKind.Pin, vcpu, (ulong)pin, asserted ? 1UL : 0));
        return LocalVector.SetPin(_guest, vcpu, pin, asserted, extIntVector);
    }

    /// <summary>One interrupt of a source inside the APIC, by its LVT entry.</summary>
    public RuleId RaiseLvt(int vcpu, ApicRegister entry)
    {
        Observer?.OnAction(new(ActionKind.LocalInterrupt, vcpu, (ulong)entry));
        return LocalVector.Raise(_guest, vcpu, entry);
    }

    /// <summary>CLI and STI.</summary>
    public void SetInterruptFlag(int vcpu, bool on)
    {
        byte flag = (byte)(on ? 1 : 0);
        Observer?.OnAction(new(ActionKind.InterruptFlag, vcpu, 0, flag));
        _vcpus[vcpu].InterruptFlag = flag;
        _platform.AfterVcpuChange(this, vcpu);
    }

    /// <summary>Stops a vCPU from the host's side, or lets it go on. What it is told to do it does all the same.</summary>
    public void SetPaused(int vcpu, bool paused)
    {
        byte flag = (byte)(paused ? 1 : 0);
        Observer?.OnAction(new(ActionKind.Pause, vcpu, 0, flag));
        _vcpus[vcpu].Paused = flag;
        foreach (ApicPlane plane in _planes)
        {
            ApicTimer.Deliver(plane, vcpu);
        }

        _platform.AfterVcpuChange(this, vcpu);
    }

    /// <summary>Takes the next event that the vCPU may take: SMI, NMI, ExtINT, fixed.</summary>
    public TakenInterrupt Take(int vcpu)
    {
        ref VcpuState state = ref _vcpus[vcpu];
        if (state.RunState != RunState.Running)
        {
            return default;
        }

        if (_direct is null && _platform.Delivers(vcpu))
        {
            return _platform.Take(this, vcpu);
        }

        if ((state.PendingSmi | state.PendingNmi) != 0)
        {
            bool smi = state.PendingSmi != 0;
            state.PendingNmi -= (byte)(smi ? 0 : 1);
            state.PendingSmi = 0;
            return Taken(vcpu, smi ? new(TakenKind.Smi, 0) : new(TakenKind.Nmi, 2), smi ? DeliveryMode.Smi : DeliveryMode.Nmi);
        }

        return state.InterruptFlag != 0 ? Acknowledge(vcpu, spuriously: false) : default;
    }

    /// <summary>The acknowledge cycle, whatever the interrupt flag says.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="spuriously">Whether a cycle that finds nothing gives the spurious vector, as on hardware; KVM asks first.</param>
    public TakenInterrupt Acknowledge(int vcpu, bool spuriously)
    {
        if (_direct is null && _platform.Delivers(vcpu))
        {
            return _platform.Take(this, vcpu);
        }

        ref VcpuState state = ref _vcpus[vcpu];
        if (state.PendingExtInt != 0)
        {
            state.PendingExtInt = 0;
            return Taken(vcpu, new(TakenKind.ExtInt, state.ExtIntVector), DeliveryMode.ExtInt);
        }

        ref LocalApicState apic = ref _guest.Apics[vcpu];
        int vector = Acceptance.Dispatchable(apic, _guest.Profile);
        if (vector >= 0)
        {
            apic.StartService(vector);
            return Taken(vcpu, new(TakenKind.Fixed, (byte)vector), DeliveryMode.Fixed);
        }

        if (!spuriously || !apic.IsEnabled || Traits.Model == ApicModel.Kvm)
        {
            return default;
        }

        var spurious = new TakenInterrupt(TakenKind.Spurious, (byte)apic[ApicRegister.Svr]);
        Observer?.OnInterrupt(new(InterruptEventKind.Spurious, vcpu, spurious.Vector, DeliveryMode.Fixed, RuleId.SpuriousVector));
        return spurious;
    }

    /// <summary>The requested vector that priority would let the vCPU take now, or -1.</summary>
    public int Dispatchable(int vcpu) => _direct is null && _platform.Delivers(vcpu)
        ? _platform.Dispatchable(this, vcpu)
        : Acceptance.Dispatchable(_guest.Apics[vcpu], _guest.Profile);

    /// <summary>Lets time pass. A periodic timer that ends several times interrupts once: nobody takes interrupts meanwhile.</summary>
    /// <param name="nanoseconds">How long.</param>
    /// <exception cref="MachineException">The clock would pass <see cref="MaxClock"/>; nothing changes.</exception>
    public void Advance(ulong nanoseconds)
    {
        if (nanoseconds > MaxClock - Clock)
        {
            throw new MachineException(
                MachineError.ClockEnd, nanoseconds, $"The clock stands at {Clock} ns and ends at {MaxClock} ns.");
        }

        Observer?.OnAction(new(ActionKind.ClockStep, -1, 0, nanoseconds));
        ulong end = Clock + nanoseconds;
        while (FirstToEnd() is { } plane && plane.Timers.FirstTime <= end)
        {
            Clock = Math.Max(Clock, plane.Timers.FirstTime);
            ApicTimer.Expire(plane, plane.Timers.First, end);
        }

        Clock = end;
    }

    /// <summary>When the next timer ends, of whichever APIC, in nanoseconds of the clock; null when none runs.</summary>
    public ulong? NextTimer => FirstToEnd()?.Timers.FirstTime;

    /// <summary>Whether a timer of the vCPU has ended and KVM holds its interrupt back.</summary>
    public bool HoldsTimerInterrupt(int vcpu)
    {
        bool holds = false;
        foreach (ApicPlane plane in _planes)
        {
            holds |= plane.Apics[vcpu].HoldsTimerInterrupt;
        }

        return holds;
    }

    /// <summary>The plane whose timer ends first, or null when none runs.</summary>
    private ApicPlane? FirstToEnd()
    {
        ApicPlane? first = null;
        foreach (ApicPlane plane in _planes)
        {
            bool sooner = plane.Timers.Count > 0 && (first is null || plane.Timers.FirstTime < first.Timers.FirstTime);
            first = sooner ? plane : first;
        }

        return first;
    }

    internal TakenInterrupt Taken(int vcpu, TakenInterrupt taken, DeliveryMode mode, RuleId rule = RuleId.InterruptTaken)
    {
        if (Observer is not null)
        {
            TellTaken(vcpu, taken.Vector, mode, rule);
        }

        return taken;
    }

    // Not inlined: room for an event, cleared at each call, costs more than taking an interrupt does.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TellTaken(int vcpu, byte vector, DeliveryMode mode, RuleId rule) =>
        Observer!.OnInterrupt(new(InterruptEventKind.Taken, vcpu, vector, mode, rule));
}
