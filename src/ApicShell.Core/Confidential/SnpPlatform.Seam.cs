using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <content>What the machine asks of its platform.</content>
public sealed partial class SnpPlatform
{
    /// <summary>Bits 1 SEV, 3 SEV-ES, 4 SEV-SNP, 12 restricted and 13 alternate injection: what the processor can do, not what is on (APM vol. 3).</summary>
    internal override uint EncryptionFeatures => (1u << 1) | (1u << 3) | (1u << 4) | (1u << 12) | (1u << 13);

    internal override int ApicOf(AccessOrigin origin) => origin == AccessOrigin.Svsm ? 0 : ApicsPerVcpu - 2;

    internal override void Attach(int vcpuCount) => Array.Resize(ref _vcpus, vcpuCount);

    internal override object Save() => new Saved(MachineCheckpoint.Copy(_vcpus), Options, Registrations, _terminated);

    internal override void Load(object? saved)
    {
        var state = (Saved)saved!;
        state.Vcpus.CopyTo(_vcpus, 0);
        (Options, Registrations, _terminated) = (state.Options, state.Registrations, state.Terminated);
    }

    internal override void Reset(int vcpu)
    {
        bool emulated = _vcpus[vcpu].Emulates != 0;
        _vcpus[vcpu] = new() { Vmsa = new() { Features = SevFeatures.Snp | (Injection == SnpInjection.Restricted ? SevFeatures.RestrictedInjection : 0) } };
        _terminated = false;
        if (emulated && !Array.Exists(_vcpus, state => state.Emulates != 0))
        {
            (Registrations, Options) = (0, default);
        }
    }

    internal override bool Delivers(int vcpu) => Injection == SnpInjection.Restricted || _vcpus[vcpu].Vmsa.IsAlternateInjection;

    internal override void AfterAcceptance(Machine machine, ApicPlane plane, int vcpu)
    {
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(this, machine, vcpu);
            return;
        }

        if (plane == machine.PlaneAt(ApicsPerVcpu - 1))
        {
            SvsmTimerRegisters.Expire(this, machine, vcpu);
        }
        else if (!_vcpus[vcpu].Vmsa.IsAlternateInjection)
        {
            return;
        }
        else if (plane == machine.GuestPlane)
        {
            HypervisorDelivery.AfterAcceptance(this, machine, vcpu);
        }
        else
        {
            // The SVSM's own APIC: whatever comes there, it looks.
            ref LocalApicState apic = ref plane.Apics[vcpu];
            apic.Withdraw(apic.HighestRequested);
            SvsmEntry.Signal(this, machine, vcpu);
        }
    }

    internal override RuleId TakeInNmi(Machine machine, int vcpu)
    {
        if (Injection == SnpInjection.Alternate)
        {
            return HypervisorDelivery.PutNmi(this, machine, vcpu);
        }

        ref VcpuState state = ref machine.VcpuAt(vcpu);
        bool room = state.PendingNmi < VcpuState.MaxPendingNmi;
        state.PendingNmi += (byte)(room ? 1 : 0);
        RestrictedGuest.Inject(this, machine, vcpu);
        return room ? RuleId.NmiPosted : RuleId.NmiLimit;
    }

    internal override TakenInterrupt Take(Machine machine, int vcpu)
    {
        if (_terminated)
        {
            return default;
        }

        if (Injection == SnpInjection.Restricted)
        {
            return RestrictedGuest.Take(this, machine, vcpu);
        }

        ref SnpVcpuState state = ref _vcpus[vcpu];
        EnterIfLeft(machine, vcpu, ref state);
        return state.Vmsa.EventInjection.IsValid
            ? Taken(machine, vcpu, BeginInjected(ref state), RuleId.SvsmInjected)
            : Taken(machine, vcpu, BeginQueued(machine, vcpu, ref state), RuleId.SvsmQueued);
    }

    private static TakenInterrupt Taken(Machine machine, int vcpu, EventInjection taken, RuleId rule) =>
        taken.IsExternal ? machine.Taken(vcpu, new(TakenKind.Fixed, taken.Vector), DeliveryMode.Fixed, rule)
        : !taken.IsValid ? default
        : taken.Type == InjectedEventType.Nmi ? machine.Taken(vcpu, new(TakenKind.Nmi, 2), DeliveryMode.Nmi, rule)
        : new(TakenKind.Exception, taken.Vector);

    internal override int Dispatchable(Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (Injection == SnpInjection.Restricted)
        {
            return state.Doorbell.Vector != 0 ? state.Doorbell.Vector : -1;
        }

        return state.Vmsa.EventInjection.IsExternal ? state.Vmsa.EventInjection.Vector
            : state.Vmsa.InterruptControl.MayBeTaken ? state.Vmsa.InterruptControl.Vector
            : -1;
    }

    internal override void AfterVcpuChange(Machine machine, int vcpu)
    {
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(this, machine, vcpu);
            return;
        }

        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (!state.Vmsa.IsAlternateInjection)
        {
            return;
        }

        // What waits in EVENT_INJ would have been taken before any instruction of the guest: a change from outside is a change before the
        // entry, so the SVSM decides anew, at once or when the guest is entered again.
        bool waits = state.Svsm.Presented == Presentation.Injected && state.Vmsa.EventInjection.IsExternal;
        state.Svsm.UpdateRequired |= (byte)(waits ? 1 : 0);
        if (waits || state.SignalPending != 0)
        {
            SvsmEntry.Signal(this, machine, vcpu);
        }
    }

    internal override void AfterInit(Machine machine, int vcpu)
    {
        if (_vcpus[vcpu].Emulates != 0)
        {
            LentApic.AfterInit(this, machine, vcpu);
        }

        if (IsWhole(vcpu))
        {
            WholeApic.AfterInit(ref _vcpus[vcpu]);
        }
    }

    internal override byte ReadCr8(Machine machine, int vcpu) => IsAlternateInjectionEnabled(vcpu)
        ? _vcpus[vcpu].Vmsa.InterruptControl.TaskPriority
        : base.ReadCr8(machine, vcpu);

    internal override void WriteCr8(Machine machine, int vcpu, byte value)
    {
        if (!IsAlternateInjectionEnabled(vcpu))
        {
            base.WriteCr8(machine, vcpu, value);
            return;
        }

        ref SnpVcpuState state = ref _vcpus[vcpu];
        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority(value);
        AfterVcpuChange(machine, vcpu);
    }

    /// <summary>What the processor does when it begins to take the guest's next event: EVENT_INJ, else what V_INTR holds and may be taken.</summary>
    private static EventInjection Begin(Machine machine, int vcpu, ref SnpVcpuState state) =>
        state.Vmsa.EventInjection.IsValid ? BeginInjected(ref state) : BeginQueued(machine, vcpu, ref state);

    private static EventInjection BeginInjected(ref SnpVcpuState state)
    {
        EventInjection next = state.Vmsa.EventInjection;
        state.Vmsa.EventInjection = default;
        return next;
    }

    private static EventInjection BeginQueued(Machine machine, int vcpu, ref SnpVcpuState state)
    {
        VirtualInterruptControl control = state.Vmsa.InterruptControl;
        if (machine.VcpuAt(vcpu).InterruptFlag == 0 || !control.MayBeTaken)
        {
            return default;
        }

        state.Vmsa.InterruptControl = control.With(VirtualInterruptControl.RequestBit, false);
        return new(InjectedEventType.External, control.Vector);
    }

    private sealed record Saved(SnpVcpuState[] Vcpus, SvsmOptions Options, uint Registrations, bool Terminated);
}
