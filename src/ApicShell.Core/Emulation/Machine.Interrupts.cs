using System;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <content>Interrupts and time.</content>
public sealed partial class Machine
{
    /// <summary>The last moment of the virtual clock.</summary>
    public const ulong MaxClock = long.MaxValue;

    /// <summary>The virtual clock in nanoseconds since the machine was made; the time-stamp counter counts with it, one a nanosecond.</summary>
    public ulong Clock { get; private set; }

    /// <summary>An NMI comes to the vCPU, from wherever.</summary>
    internal RuleId TakeInNmi(int vcpu)
    {
        if (IsDeliveredTo(vcpu))
        {
            return _platform.TakeInNmi(vcpu);
        }

        ref VcpuState state = ref _vcpus[vcpu];
        RuleId rule = state.PendingNmi < VcpuState.MaxPendingNmi ? RuleId.NmiPosted : RuleId.NmiLimit;
        state.PendingNmi = Math.Min((byte)(state.PendingNmi + 1), VcpuState.MaxPendingNmi);
        return rule;
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
        _platform.AfterInit(vcpu);
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

    /// <summary>Takes the next event that the vCPU may take: SMI, NMI, ExtINT, fixed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakenInterrupt TakeNext(int vcpu)
    {
        ref VcpuState state = ref _vcpus[vcpu];
        if (state.RunState != RunState.Running)
        {
            return default;
        }

        if (IsDeliveredTo(vcpu))
        {
            return _platform.Take(vcpu);
        }

        if ((state.PendingSmi | state.PendingNmi) != 0)
        {
            bool smi = state.PendingSmi != 0;
            state.PendingNmi -= (byte)(smi ? 0 : 1);
            state.PendingSmi = 0;
            return Taken(vcpu, smi ? new(TakenKind.Smi, 0) : new(TakenKind.Nmi, 2), smi ? DeliveryMode.Smi : DeliveryMode.Nmi);
        }

        return state.InterruptFlag != 0 ? AcknowledgeNext(vcpu, spuriously: false) : default;
    }

    /// <summary>Whether something else than the guest's local APIC hands the vCPU its interrupts.</summary>
    private bool IsDeliveredTo(int vcpu) => _native is null && _platform.Delivers(vcpu);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakenInterrupt AcknowledgeNext(int vcpu, bool spuriously)
    {
        if (IsDeliveredTo(vcpu))
        {
            return _platform.Take(vcpu);
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

        var spurious = new TakenInterrupt(TakenKind.Spurious, apic.Svr.Vector);
        return Taken(vcpu, spurious, DeliveryMode.Fixed, RuleId.SpuriousVector);
    }

    /// <summary>The requested vector that priority would let the vCPU take now, or -1.</summary>
    public int Dispatchable(int vcpu) => IsDeliveredTo(vcpu)
        ? _platform.Dispatchable(vcpu)
        : Acceptance.Dispatchable(_guest.Apics[vcpu], _guest.Profile);

    /// <summary>Time passes. A periodic timer that ends several times interrupts once: nobody takes interrupts meanwhile.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Answer StepClock(ulong nanoseconds)
    {
        if (nanoseconds > MaxClock - Clock)
        {
            return new(Outcome.Rejected, RuleId.ClockEnds);
        }

        ulong end = Clock + nanoseconds;
        while (true)
        {
            ApicPlane plane = FirstToEnd();
            if (plane.Timers.FirstTime > end)
            {
                Clock = end;
                return Answer.Done(RuleId.None);
            }

            Clock = Math.Max(Clock, plane.Timers.FirstTime);
            ApicTimer.Expire(plane, plane.Timers.First, end);
        }
    }

    /// <summary>STI and HLT; the answer's value says whether something woke the vCPU.</summary>
    private Answer HaltOne(int vcpu, ulong nanoseconds)
    {
        _vcpus[vcpu].InterruptFlag = 1;
        _platform.AfterVcpuChange(vcpu);
        ulong end = Clock + Math.Min(nanoseconds, MaxClock - Clock);
        while (!IsWoken(vcpu) && Clock < end)
        {
            StepClock(Math.Min(NextTimer ?? end, end) - Clock);
        }

        return Answer.Read(IsWoken(vcpu) ? 1UL : 0, RuleId.None);
    }

    private bool IsWoken(int vcpu)
    {
        ref VcpuState state = ref _vcpus[vcpu];
        return (state.PendingNmi | state.PendingSmi | state.PendingExtInt) != 0 || Dispatchable(vcpu) >= 0;
    }

    /// <summary>When the next timer ends, of whichever APIC, in nanoseconds of the clock; null when none runs.</summary>
    public ulong? NextTimer => FirstToEnd().Timers.FirstTime is ulong time and not TimerQueue.Never ? time : null;

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

    /// <summary>The plane whose timer ends first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ApicPlane FirstToEnd()
    {
        ApicPlane first = _planes[0];
        for (int index = 1; index < _planes.Length; index++)
        {
            first = _planes[index].Timers.FirstTime < first.Timers.FirstTime ? _planes[index] : first;
        }

        return first;
    }

    internal TakenInterrupt Taken(int vcpu, TakenInterrupt taken, DeliveryMode mode, RuleId rule = RuleId.InterruptTaken)
    {
        if (Observer is not null)
        {
            TellTaken(vcpu, taken, mode, rule);
        }

        return taken;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TellTaken(int vcpu, TakenInterrupt taken, DeliveryMode mode, RuleId rule) =>
        Tell(new(taken.Kind == TakenKind.Spurious ? InterruptEventKind.Spurious : InterruptEventKind.Taken, vcpu, taken.Vector, mode, rule));
}
