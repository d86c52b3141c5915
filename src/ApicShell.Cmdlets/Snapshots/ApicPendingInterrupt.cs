using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>What waits at a vCPU, what is in service, and what comes next: a snapshot.</summary>
public sealed class ApicPendingInterrupt
{
    private const byte NmiVector = 2;

    internal ApicPendingInterrupt(ApicVcpu vcpu)
    {
        Vcpu = vcpu;
        using (vcpu.Machine.Take())
        {
            IMachine machine = vcpu.Machine.Core;
            VcpuState state = machine.VcpuStateOf(vcpu.Index);
            var apic = new DeliveringApic(vcpu);
            Requested = apic.Requested;
            InService = apic.InService;
            LevelTriggered = apic.LevelTriggered;
            Waiting = apic.Waiting;
            TaskPriority = apic.TaskPriority;
            ProcessorPriority = apic.ProcessorPriority;
            InterruptsEnabled = state.InterruptFlag != 0;
            PendingNmi = state.PendingNmi;
            PendingSmi = state.PendingSmi != 0;
            ExtInt = state.PendingExtInt != 0 ? state.ExtIntVector : null;
            RunState = state.RunState;
            Paused = state.Paused != 0;
            LocalApicState local = machine.StateOf(vcpu.Index, AccessOrigin.Guest);
            HeldTimer = local.HoldsTimerInterrupt ? local.Lvt(ApicRegister.LvtTimer).Vector : null;
            AtVmpl0 = vcpu.Machine.Snp?.IsInSvsm(vcpu.Index) ?? false;
            if (vcpu.Machine.Snp is { } platform && (platform.Injection == SnpInjection.Restricted || platform.IsAlternateInjectionEnabled(vcpu.Index)))
            {
                SnpNext next = SnpNext.Of(this, platform, vcpu.Index);
                (PendingNmi, NextKind, Next, HeldBackBy) = (next.PendingNmi, next.Kind, next.Vector, next.Hold);
                return;
            }

            byte? enabled = vcpu.Machine.Model == ApicModel.Amd ? Requested.Intersect(new(local, ApicRegister.Ier0)).Highest : Requested.Highest;
            (NextKind, Next) = NextOf(enabled ?? Requested.Highest);
            if (NextKind == TakenKind.None && HeldTimer is { } timer)
            {
                (NextKind, Next, HeldBackBy) = (TakenKind.Fixed, timer, HoldOfTimer(local));
                return;
            }

            HeldBackBy = NextKind == TakenKind.None ? ApicHold.Nothing
                : RunState == RunState.WaitForStartup ? ApicHold.WaitsForStartup
                : NextKind is TakenKind.Smi or TakenKind.Nmi ? ApicHold.Nothing
                : NextKind == TakenKind.Fixed && HoldOf(local, enabled) is { } hold ? hold
                : InterruptsEnabled ? ApicHold.Nothing : ApicHold.InterruptsOff;
        }
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>What comes next, and whether now: <c>0x41, held back: interrupts are off</c>.</summary>
    public string Description => NextKind == TakenKind.None ? ViewText.Next(this) : $"{ViewText.Next(this)}, {ViewText.HeldBack(this)}";

    /// <summary>Vectors that are requested: IRR, of the SVSM's APIC while it delivers.</summary>
    public ApicVectorSet Requested { get; }

    /// <summary>The same as text: <c>0x30-0x33, 0x41</c>.</summary>
    public string RequestedRanges => Requested.Ranges;

    /// <summary>Vectors in service: ISR.</summary>
    public ApicVectorSet InService { get; }

    /// <summary>The same as text.</summary>
    public string InServiceRanges => InService.Ranges;

    /// <summary>Vectors whose last request was level-triggered: TMR.</summary>
    public ApicVectorSet LevelTriggered { get; }

    /// <summary>The same as text.</summary>
    public string LevelTriggeredRanges => LevelTriggered.Ranges;

    /// <summary>Vectors that the SVSM finds when it looks next: posted by other vCPUs, or by the hypervisor in the doorbell page.</summary>
    public ApicVectorSet Waiting { get; }

    /// <summary>The same as text.</summary>
    public string WaitingRanges => Waiting.Ranges;

    /// <summary>TPR.</summary>
    public byte TaskPriority { get; }

    /// <summary>PPR: only a vector of a higher class is taken.</summary>
    public byte ProcessorPriority { get; }

    /// <summary>RFLAGS.IF.</summary>
    public bool InterruptsEnabled { get; }

    /// <summary>What comes next: SMI before NMI, ExtINT and fixed.</summary>
    public TakenKind NextKind { get; }

    /// <summary>The vector that comes next, held back or not; null where none waits, and of an SMI.</summary>
    public byte? Next { get; }

    /// <summary>What keeps it from being taken now.</summary>
    public ApicHold HeldBackBy { get; }

    /// <summary>NMIs that wait, at the most 2.</summary>
    public byte PendingNmi { get; }

    /// <summary>Whether an SMI waits.</summary>
    public bool PendingSmi { get; }

    /// <summary>The vector that a legacy interrupt controller asks with; null where it does not ask.</summary>
    public byte? ExtInt { get; }

    /// <summary>The vector of a timer that has ended, whose interrupt KVM holds back outside IRR until it can be delivered (rule KvmTimerHeld); null for none.</summary>
    public byte? HeldTimer { get; }

    /// <summary>Whether the vCPU runs, or waits for a start-up IPI.</summary>
    public RunState RunState { get; }

    /// <summary>Whether the host does not let the vCPU run. Receive-ApicInterrupt makes it take an interrupt all the same.</summary>
    public bool Paused { get; }

    /// <summary>Whether the vCPU is held in its SVSM.</summary>
    public bool AtVmpl0 { get; }

    /// <summary>What waits beside the requested vectors: <c>SMI, 2 NMIs, ExtINT 0x20</c>; empty for nothing.</summary>
    public string Others => ViewText.Others(this);

    /// <summary>What lets the vCPU take interrupts, or keeps it from that: <c>interrupts on, paused</c>.</summary>
    public string Condition => ViewText.Condition(this);

    /// <inheritdoc/>
    public override string ToString() => $"{Vcpu}: requested {Requested}; in service {InService}";

    private (TakenKind Kind, byte? Vector) NextOf(byte? requested) =>
        PendingSmi ? (TakenKind.Smi, null)
        : PendingNmi != 0 ? (TakenKind.Nmi, NmiVector)
        : ExtInt is { } vector ? (TakenKind.ExtInt, vector)
        : requested is { } highest ? (TakenKind.Fixed, highest)
        : (TakenKind.None, null);

    /// <summary>Why KVM holds the interrupt of a timer that has ended (KVM lapic.c, apic_has_pending_timer).</summary>
    private ApicHold HoldOfTimer(in LocalApicState apic) =>
        !apic.IsEnabled ? ApicHold.ApicOff
        : !apic.IsSoftwareEnabled ? ApicHold.SoftwareOff
        : Paused ? ApicHold.Paused
        : ApicHold.TimerMasked;

    /// <summary>What in the APIC itself holds back its highest request.</summary>
    private ApicHold? HoldOf(in LocalApicState apic, byte? enabled) =>
        !apic.IsEnabled ? ApicHold.ApicOff
        : enabled is not { } vector ? ApicHold.InterruptEnable
        : vector >> 4 <= ProcessorPriority >> 4 ? ApicHold.Priority
        : null;
}
