using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>How the hypervisor may give an SEV-SNP guest its interrupts.</summary>
public enum SnpInjection
{
    /// <summary>
    /// By an SVSM at VMPL0, once Alternate Injection is switched on for a vCPU; until then from the hypervisor's APIC. The guest is at VMPL2.
    /// </summary>
    Alternate,

    /// <summary>By #HV and a doorbell page of the guest's own, Restricted Injection. There is no SVSM; the guest is at VMPL0.</summary>
    Restricted,
}

/// <summary>
/// An SEV-SNP guest. No access of it reaches an APIC by itself: its #VC handler asks the hypervisor by a GHCB exit, or the SVSM by a call while
/// Alternate Injection is on.
/// </summary>
public sealed partial class SnpPlatform : Platform
{
    /// <summary>Where the emulator lets the SVSM have its doorbell pages, one a vCPU.</summary>
    internal const ulong SvsmDoorbellBase = 0x0080_0000;

    private SnpVcpuState[] _vcpus = [];
    private SvsmRegister[] _served = SvsmRegisters.Of(SvsmTimer.None);
    private SvsmOptions _options;
    private bool _terminated;

    /// <summary>Makes the platform of one machine.</summary>
    /// <param name="scope">Whether all VMPLs of a vCPU share a local APIC of the hypervisor.</param>
    /// <param name="injection">How the guest gets its interrupts.</param>
    /// <param name="features">What the hypervisor offers.</param>
    /// <param name="behavior">What the hypervisor does otherwise than KVM.</param>
    public SnpPlatform(
        ApicScope scope,
        SnpInjection injection = SnpInjection.Alternate,
        HypervisorFeatures features = HypervisorFeatures.Usual,
        HypervisorBehavior behavior = HypervisorBehavior.None) =>
        (Scope, Injection, Features, Behavior) = (scope, injection, features, behavior);

    /// <summary>Whether all VMPLs of a vCPU share a local APIC of the hypervisor.</summary>
    public ApicScope Scope { get; }

    /// <summary>How the guest gets its interrupts.</summary>
    public SnpInjection Injection { get; }

    /// <summary>What the hypervisor offers.</summary>
    public HypervisorFeatures Features { get; }

    /// <summary>What the hypervisor does otherwise than KVM.</summary>
    public HypervisorBehavior Behavior { get; }

    /// <summary>What the SVSM can do, and gets wrong.</summary>
    public SvsmOptions Options
    {
        get => _options;
        private set => (_options, _served) = (value, SvsmRegisters.Of(value.Timer));
    }

    /// <summary>How often the SVSM's APIC protocol is registered: one count for all vCPUs.</summary>
    public uint Registrations { get; internal set; }

    /// <summary>Whether the guest has ended itself.</summary>
    public bool IsTerminated => _terminated;

    /// <inheritdoc/>
    public override int ApicsPerVcpu => Scope == ApicScope.Shared ? 2 : 3;

    /// <summary>The VMPL of the guest.</summary>
    public byte GuestVmpl => Injection == SnpInjection.Alternate ? Vmpl.Guest : Vmpl.Svsm;

    /// <summary>Whether the VMSA of a vCPU has Alternate Injection on.</summary>
    public bool IsAlternateInjectionEnabled(int vcpu) => _vcpus[vcpu].Vmsa.IsAlternateInjection;

    /// <summary>Whether the SVSM serves the APIC calls of a vCPU.</summary>
    public bool IsEmulated(int vcpu) => _vcpus[vcpu].Emulates != 0;

    /// <summary>Whether a vCPU is in the SVSM, and not in the guest.</summary>
    public bool IsInSvsm(int vcpu) => _vcpus[vcpu].InSvsm != 0;

    /// <summary>How the guest's #VC handler of a vCPU treats APIC accesses while Alternate Injection is on.</summary>
    public VcHandler HandlerOf(int vcpu) => _vcpus[vcpu].Handler;

    /// <summary>A copy of the SVSM's APIC of a vCPU.</summary>
    public SvsmApicState SvsmOf(int vcpu) => _vcpus[vcpu].Svsm;

    /// <summary>A copy of the interrupt fields of a vCPU's VMSA.</summary>
    public Vmsa VmsaOf(int vcpu) => _vcpus[vcpu].Vmsa;

    /// <summary>A copy of a vCPU's calling area.</summary>
    public CallingArea CallingAreaOf(int vcpu) => _vcpus[vcpu].CallingArea;

    /// <summary>A copy of a vCPU's doorbell page.</summary>
    public HvDoorbell DoorbellOf(int vcpu) => _vcpus[vcpu].Doorbell;

    /// <summary>Where a vCPU's doorbell page is; null when none is registered.</summary>
    public ulong? DoorbellAddressOf(int vcpu) => _vcpus[vcpu].HasDoorbell != 0 ? _vcpus[vcpu].DoorbellAddress : null;

    /// <summary>The vector by which the hypervisor tells a vCPU's SVSM that there is something to do; 0 for none.</summary>
    public byte InjectionVectorOf(int vcpu) => _vcpus[vcpu].InjectionVector;

    /// <summary>What the SVSM's APIC protocol lets a guest do with a register; None for one it does not serve.</summary>
    public RegisterAccess SvsmAccess(ApicRegister register) => SvsmRegisters.AccessOf(register, Options.Timer);

    /// <summary>What an SVSM without timer support lets a guest do with a register.</summary>
    public static RegisterAccess UsualSvsmAccess(ApicRegister register) => SvsmRegisters.AccessOf(register, SvsmTimer.None);

    /// <summary>
    /// Who answers the guest's accesses to a register now, by MSR where its APIC is in x2APIC mode, else by memory; Nobody where the #VC handler keeps
    /// the register itself.
    /// </summary>
    public Responder OwnerOf(int vcpu, ApicRegister register)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        return state.Vmsa.IsAlternateInjection ? VcHandlers.Of(state.Handler).OwnerOf(this, register) : Responder.Hypervisor;
    }

    /// <summary>ICR2 as the #VC handler of a vCPU keeps it, where handler Translate or Split does.</summary>
    public uint HandlerIcr2Of(int vcpu) => _vcpus[vcpu].HandlerIcr2;

    /// <summary>
    /// A copy of the SVSM's APIC of a vCPU as the guest's next read finds it: what was given to the guest and not taken is requested, and what
    /// ended without an EOI is no more in service.
    /// </summary>
    public SvsmApicState SettledSvsmOf(int vcpu) => SvsmDelivery.Settled(_vcpus[vcpu]).Svsm;

    /// <summary>
    /// The processor priority as the SVSM reckons it now, with a vector that it has given to the guest in service; null where it emulates nothing.
    /// A read of PPR may give less: the SVSM first takes back what the guest has not taken.
    /// </summary>
    public uint? ProcessorPriorityOf(int vcpu) =>
        IsEmulated(vcpu) ? SvsmRegisters.Ppr(_vcpus[vcpu], Options.Has(SvsmBehavior.PprIsVector)) : null;

    /// <summary>What a read of a register that the SVSM serves would give, without any effect; null for any other.</summary>
    public ulong? PeekSvsm(int vcpu, ApicRegister register) =>
        !IsEmulated(vcpu) || (SvsmAccess(vcpu, register) & RegisterAccess.Read) == 0 ? null
            : IsWhole(vcpu) ? WholeApic.Peek(Vcpu(vcpu), register)
            : SvsmRegisters.Value(Vcpu(vcpu), SvsmDelivery.Settled(_vcpus[vcpu]), register, Options.Has(SvsmBehavior.PprIsVector));

    /// <summary>Whether the SVSM emulates a vCPU's APIC whole, for handler Whole.</summary>
    public bool IsWhole(int vcpu) => _vcpus[vcpu].IsWhole;

    /// <summary>Whether that APIC is off by APIC_BASE: what waits in it waits on.</summary>
    public bool IsWholeOff(int vcpu) => IsWhole(vcpu) && _vcpus[vcpu].ApicOff != 0;

    /// <summary>APIC_BASE as the guest of a vCPU reads it: the SVSM's where it emulates the APIC whole, else the hypervisor's.</summary>
    public ApicBase GuestApicBaseOf(int vcpu) => SeesWhole(vcpu) ? new(LentPlane.Apics[vcpu].ApicBase) : Machine.ApicBaseOf(vcpu, AccessOrigin.Guest);

    /// <summary>What the SVSM lets the guest of a vCPU do with a register now; None for one it does not serve.</summary>
    public RegisterAccess SvsmAccess(int vcpu, ApicRegister register) =>
        IsWhole(vcpu) ? WholeApic.AccessOf(Vcpu(vcpu), register) : SvsmAccess(register);

    /// <summary>Says whether Alternate Injection with these options is possible here.</summary>
    /// <exception cref="MachineException">The hypervisor lacks a feature that this needs, or the guest is under Restricted Injection.</exception>
    public void CheckFeatures(SvsmOptions options)
    {
        if (Injection != SnpInjection.Alternate)
        {
            throw new MachineException(MachineError.NoSvsm, 0, "A guest under Restricted Injection has no SVSM.");
        }

        if (Lacks(options) is var lacks && lacks != HypervisorFeatures.None)
        {
            throw new MachineException(
                MachineError.FeatureMissing, (ulong)lacks, $"Alternate Injection needs {Needs(options)} of the hypervisor, which lacks {lacks}.");
        }
    }

    /// <summary>What of <see cref="Behavior"/> has made a difference so far, or could have; no part of the state.</summary>
    internal HypervisorBehavior BehaviorAsked { get; private set; }

    /// <summary>GHCB exits so far, to tell what a call has caused; no part of the state.</summary>
    internal int ExitCount { get; set; }

    internal ref SnpVcpuState At(int vcpu) => ref _vcpus[vcpu];

    /// <summary>A vCPU, with all that belongs to it.</summary>
    internal SnpVcpu Vcpu(int index) => new(this, index);

    /// <summary>The APICs that the SVSM lends guests.</summary>
    internal ApicPlane LentPlane { get; private set; } = null!;

    /// <summary>Whose APIC did what was done to an interrupt: the SVSM's where it was at the one that it lends the guest, else the rule says it.</summary>
    public Responder ActorOf(InterruptEvent interrupt) =>
        interrupt.Kind is InterruptEventKind.Taken or InterruptEventKind.Spurious || interrupt.Vcpu < 0 ? Responder.Nobody
        : interrupt.Apic == ApicsPerVcpu - 1 ? Responder.Svsm
        : SnpRules.ActorOf(interrupt.Rule);

    /// <summary>What an MSR number, which may be any number at all, means to the SVSM.</summary>
    internal ref readonly SvsmRegister Served(ulong msr) => ref SvsmRegisters.At(_served, msr);

    /// <summary>The guest is over: it can do nothing more until RESET.</summary>
    internal void Terminate() => _terminated = true;

    /// <summary>The #VC handler ends the guest.</summary>
    internal Answer EndGuest(RuleId rule)
    {
        Terminate();
        return Answer.Ended(rule);
    }

    /// <summary>Whether the APIC that the SVSM emulates whole is the one that the guest's accesses reach; an SVSM may go on serving raw calls afterwards.</summary>
    private bool SeesWhole(int vcpu) => IsWhole(vcpu) && IsAlternateInjectionEnabled(vcpu);

    private static HypervisorFeatures Needs(SvsmOptions options) => HypervisorFeatures.ExtendedInterrupts | HypervisorFeatures.MultiVmpl
        | (options.Timer == SvsmTimer.HvTimer ? HypervisorFeatures.RestrictedInjectionTimer : HypervisorFeatures.None);

    /// <summary>Whether the hypervisor does something otherwise than KVM.</summary>
    internal bool Has(HypervisorBehavior behavior)
    {
        BehaviorAsked |= behavior;
        return (Behavior & behavior) != 0;
    }

    /// <summary>What Alternate Injection needs of the hypervisor and that lacks.</summary>
    private HypervisorFeatures Lacks(SvsmOptions options) => Needs(options) & ~Features;
}
