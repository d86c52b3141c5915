using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <content>What the machine asks of its platform.</content>
public sealed partial class SnpPlatform
{
    private const int TimerShift = 32;
    private const int BehaviorShift = 40;
    private const int TerminatedShift = 63;
    private static readonly unsafe int s_stateWords = sizeof(SnpVcpuState) / sizeof(ulong);

    /// <summary>Bits 1 SEV, 3 SEV-ES, 4 SEV-SNP, 12 restricted and 13 alternate injection: what the processor can do, not what is on (APM vol. 3).</summary>
    internal override uint EncryptionFeatures => (1u << 1) | (1u << 3) | (1u << 4) | (1u << 12) | (1u << 13);

    internal override int ApicOf(AccessOrigin origin) => origin == AccessOrigin.Svsm ? 0 : ApicsPerVcpu - 2;

    internal override int ApicShownTo(int vcpu) => SeesWhole(vcpu) ? ApicsPerVcpu - 1 : base.ApicShownTo(vcpu);

    internal override void Attach(Machine machine, int vcpuCount)
    {
        base.Attach(machine, vcpuCount);
        LentPlane = machine.PlaneAt(ApicsPerVcpu - 1);
        Array.Resize(ref _vcpus, vcpuCount);
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

    /// <summary>Registrations in 31:0, the timer in 39:32, the behaviour in 62:40, the guest's end in 63.</summary>
    internal override ulong Header
    {
        get => Registrations | ((ulong)Options.Timer << TimerShift) | ((ulong)Options.Behavior << BehaviorShift) | (_terminated ? 1UL << TerminatedShift : 0);
        set
        {
            Registrations = (uint)value;
            Options = new((SvsmTimer)(byte)(value >> TimerShift), (SvsmBehavior)((int)(value >> BehaviorShift) & 0x7F_FFFF));
            _terminated = value >> TerminatedShift != 0;
        }
    }

    internal override int BlockWords => s_stateWords;

    internal override unsafe void SaveBlock(int vcpu, ulong* words) => *(SnpVcpuState*)words = _vcpus[vcpu];

    internal override unsafe void LoadBlock(int vcpu, ulong* words) => _vcpus[vcpu] = *(SnpVcpuState*)words;

    internal override bool Delivers(int vcpu) => Injection == SnpInjection.Restricted || _vcpus[vcpu].Vmsa.IsAlternateInjection;

    internal override void AfterAcceptance(ApicPlane plane, int vcpu)
    {
        SnpVcpu cpu = Vcpu(vcpu);
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(cpu);
        }
        else if (plane == LentPlane)
        {
            SvsmTimerRegisters.Expire(cpu);
        }
        else if (!_vcpus[vcpu].Vmsa.IsAlternateInjection)
        {
            return;
        }
        else if (plane == Machine.GuestPlane)
        {
            HypervisorDelivery.AfterAcceptance(cpu);
        }
        else
        {
            // The SVSM's own APIC: whatever comes there, it looks.
            ref LocalApicState apic = ref plane.Apics[vcpu];
            apic.Withdraw(apic.HighestRequested);
            SvsmEntry.Signal(cpu);
        }
    }

    internal override bool TakesWhileDisabled(ApicPlane plane, int vcpu) =>
        Has(HypervisorBehavior.PostsToDisabledApic) && plane == Machine.GuestPlane && IsAlternateInjectionEnabled(vcpu);

    internal override RuleId TakeInNmi(int vcpu)
    {
        SnpVcpu cpu = Vcpu(vcpu);
        if (Injection == SnpInjection.Alternate)
        {
            return HypervisorDelivery.PutNmi(cpu);
        }

        bool room = cpu.Cpu.PendingNmi < VcpuState.MaxPendingNmi;
        cpu.Cpu.PendingNmi += (byte)(room ? 1 : 0);
        RestrictedGuest.Inject(cpu);
        return room ? RuleId.NmiPosted : RuleId.NmiLimit;
    }

    internal override TakenInterrupt Take(int vcpu) =>
        _terminated ? default
        : Injection == SnpInjection.Restricted ? RestrictedGuest.Take(Vcpu(vcpu))
        : GuestEvents.Take(Vcpu(vcpu));

    internal override int Dispatchable(int vcpu) =>
        Injection != SnpInjection.Restricted ? GuestEvents.Dispatchable(_vcpus[vcpu].Vmsa)
        : _vcpus[vcpu].Doorbell.Vector != 0 ? _vcpus[vcpu].Doorbell.Vector
        : -1;

    internal override void AfterVcpuChange(int vcpu)
    {
        SnpVcpu cpu = Vcpu(vcpu);
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(cpu);
            return;
        }

        ref SnpVcpuState state = ref cpu.State;
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
            SvsmEntry.Signal(cpu);
        }
    }

    internal override void AfterInit(int vcpu)
    {
        if (_vcpus[vcpu].Emulates != 0)
        {
            LentApic.AfterInit(Vcpu(vcpu));
        }

        if (IsWhole(vcpu))
        {
            WholeApic.AfterInit(ref _vcpus[vcpu]);
        }
    }

    internal override byte ReadCr8(int vcpu) =>
        IsAlternateInjectionEnabled(vcpu) ? _vcpus[vcpu].Vmsa.InterruptControl.TaskPriority : base.ReadCr8(vcpu);

    internal override void WriteCr8(int vcpu, byte value)
    {
        if (!IsAlternateInjectionEnabled(vcpu))
        {
            base.WriteCr8(vcpu, value);
            return;
        }

        ref SnpVcpuState state = ref _vcpus[vcpu];
        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority(value);
        AfterVcpuChange(vcpu);
    }
}
