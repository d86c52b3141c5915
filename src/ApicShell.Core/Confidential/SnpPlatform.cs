using System;
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
    private bool _terminated;

    /// <summary>Makes the platform of one machine.</summary>
    /// <param name="scope">Whether all VMPLs of a vCPU share a local APIC of the hypervisor.</param>
    /// <param name="injection">How the guest gets its interrupts.</param>
    /// <param name="features">What the hypervisor offers.</param>
    public SnpPlatform(ApicScope scope, SnpInjection injection = SnpInjection.Alternate, HypervisorFeatures features = HypervisorFeatures.Usual) =>
        (Scope, Injection, Features) = (scope, injection, features);

    /// <summary>Whether all VMPLs of a vCPU share a local APIC of the hypervisor.</summary>
    public ApicScope Scope { get; }

    /// <summary>How the guest gets its interrupts.</summary>
    public SnpInjection Injection { get; }

    /// <summary>What the hypervisor offers.</summary>
    public HypervisorFeatures Features { get; }

    /// <summary>What the SVSM can do, and gets wrong.</summary>
    public SvsmOptions Options { get; private set; }

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

    /// <summary>What the SVSM lets a guest do with a register; None for one it does not serve.</summary>
    public RegisterAccess SvsmAccess(ApicRegister register) => SvsmRegisters.AccessOf(register, Options.Timer);

    /// <summary>What an SVSM without timer support lets a guest do with a register.</summary>
    public static RegisterAccess UsualSvsmAccess(ApicRegister register) => SvsmRegisters.AccessOf(register, SvsmTimer.None);

    /// <summary>Who answers the guest's accesses to a register now, by MSR where its APIC is in x2APIC mode, else by memory.</summary>
    public Responder OwnerOf(int vcpu, ApicRegister register)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        bool svsm = state.Vmsa.IsAlternateInjection && state.Handler switch
        {
            VcHandler.Proposal => SvsmAccess(register) != RegisterAccess.None,
            VcHandler.Linux => VcHandlers.LinuxAsksSvsm(register),
            _ => false,
        };
        return svsm ? Responder.Svsm : Responder.Hypervisor;
    }

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
    public ulong? PeekSvsm(Machine machine, int vcpu, ApicRegister register) =>
        IsEmulated(vcpu) && (SvsmAccess(register) & RegisterAccess.Read) != 0
            ? SvsmRegisters.Value(machine, vcpu, SvsmDelivery.Settled(_vcpus[vcpu]), register, Options.Has(SvsmBehavior.PprIsVector))
            : null;

    /// <summary>
    /// The SVSM sets up its own APIC of a vCPU, as COCONUT-SVSM does before it starts a guest: it reads APIC_BASE, writes it with AE and EXTD set,
    /// and enables the APIC by SVR, each by a GHCB exit (coconut-svsm cpu/x86/apic.rs). Where VMPLs share an APIC, it is the guest's too.
    /// </summary>
    /// <returns>Whether every exit succeeded; the SVSM does not go on after one that failed.</returns>
    public static bool SetUpSvsmApic(Machine machine, int vcpu)
    {
        const uint Svr = ApicMsr.X2First + 0xF;
        const ulong EnabledAndExtended = 0xC00;
        const ulong EnabledAtVector255 = 0x1FF;
        Answer read = machine.Execute(vcpu, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Svsm));
        return read.Succeeded
            && machine.Execute(vcpu, Access.WriteMsr(ApicMsr.ApicBase, read.Value | EnabledAndExtended, AccessOrigin.Svsm)).Succeeded
            && machine.Execute(vcpu, Access.WriteMsr(Svr, EnabledAtVector255, AccessOrigin.Svsm)).Succeeded;
    }

    /// <summary>
    /// Switches Alternate Injection on for a vCPU, as when its VMSA is made on a platform that was started with it; the registration count becomes 1
    /// where it was 0.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="handler">The guest's #VC handler.</param>
    /// <param name="options">What the SVSM can do, and gets wrong: of all vCPUs.</param>
    /// <exception cref="NotSupportedException">The hypervisor lacks a feature that this needs, or the guest is under Restricted Injection.</exception>
    public void EnableAlternateInjection(Machine machine, int vcpu, VcHandler handler, SvsmOptions options = default)
    {
        CheckFeatures(options);
        (Options, Registrations) = (options, Math.Max(Registrations, 1));
        _vcpus[vcpu].Handler = handler;
        machine.Observer?.OnHop(vcpu, new(HopKind.InjectionOn, Vmpl.Svsm, 0, (ulong)handler, 0, 0, 0, 0, 0));
        if (!IsAlternateInjectionEnabled(vcpu))
        {
            SvsmHandOff.Enable(this, machine, vcpu);
        }
    }

    /// <summary>Says whether Alternate Injection with these options is possible here.</summary>
    /// <exception cref="NotSupportedException">The hypervisor lacks a feature that this needs, or the guest is under Restricted Injection.</exception>
    public void CheckFeatures(SvsmOptions options)
    {
        HypervisorFeatures needs = HypervisorFeatures.ExtendedInterrupts | HypervisorFeatures.MultiVmpl
            | (options.Timer == SvsmTimer.HvTimer ? HypervisorFeatures.RestrictedInjectionTimer : HypervisorFeatures.None);
        if (Injection != SnpInjection.Alternate || (Features & needs) != needs)
        {
            throw new NotSupportedException(Injection != SnpInjection.Alternate
                ? "A guest under Restricted Injection has no SVSM."
                : $"Alternate Injection needs {needs} of the hypervisor, which lacks {needs & ~Features}.");
        }
    }

    /// <summary>Deregisters once, as a guest does on each vCPU; when no registration is left, the hypervisor's APIC goes on.</summary>
    /// <returns>Whether it is off now.</returns>
    public bool DisableAlternateInjection(Machine machine, int vcpu)
    {
        CallSvsm(machine, vcpu, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.Configure, rcx: 1));
        return !IsAlternateInjectionEnabled(vcpu);
    }

    /// <summary>A call of the guest to the SVSM: raw registers in and out.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="registers">RAX, RCX, RDX, R8.</param>
    /// <param name="isPending">Whether the guest set byte 0 of the calling area: without it the SVSM sees no call.</param>
    public SvsmRegisterSet CallSvsm(Machine machine, int vcpu, SvsmRegisterSet registers, bool isPending = true) =>
        CallSvsm(machine, vcpu, registers, isPending, out _);

    /// <summary>A call of the guest to the SVSM, and by which rule it ended.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="registers">RAX, RCX, RDX, R8.</param>
    /// <param name="isPending">Whether the guest set byte 0 of the calling area: without it the SVSM sees no call.</param>
    /// <param name="rule">The rule; None where the SVSM saw no call.</param>
    /// <returns>The registers afterwards: those that went in where the SVSM saw no call, or the guest has ended.</returns>
    public SvsmRegisterSet CallSvsm(Machine machine, int vcpu, SvsmRegisterSet registers, bool isPending, out RuleId rule)
    {
        rule = RuleId.None;
        if (_terminated)
        {
            return registers;
        }

        EnterIfLeft(machine, vcpu, ref _vcpus[vcpu]);
        _vcpus[vcpu].CallingArea.CallPending = (byte)(isPending ? 1 : 0);
        SvsmEntry.BeginCall(ref _vcpus[vcpu]);
        SvsmRegisterSet output = registers;
        if (isPending)
        {
            _vcpus[vcpu].CallingArea.CallPending = 0;
            SvsmResult result = SvsmCalls.Serve(this, machine, vcpu, ref output, out rule);
            output = output with { Rax = (ulong)result };
            machine.Observer?.OnHop(
                vcpu, new(HopKind.SvsmCall, Vmpl.Guest, registers.Rax, 0, 0, registers.Rcx, registers.Rdx, output.Rax, output.Rdx));
        }

        SvsmEntry.EndCall(this, machine, vcpu, ref _vcpus[vcpu]);
        return output;
    }

    /// <summary>A GHCB exit of a VMPL: raw numbers in and out.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="vmpl">The VMPL it comes from: 0, or 2 where there is an SVSM.</param>
    /// <param name="request">The exit.</param>
    public GhcbReply Exit(Machine machine, int vcpu, byte vmpl, GhcbRequest request)
    {
        if (_terminated)
        {
            return GhcbReply.Refuse(GhcbReply.InvalidEvent);
        }

        ExitCount++;
        BeginExit(machine, vcpu, vmpl);
        GhcbReply reply = Hypervisor.Exit(this, machine, vcpu, vmpl, request);
        machine.Observer?.OnHop(vcpu, new(
            HopKind.GhcbExit, vmpl, request.Code, request.Info1, request.Info2, request.Rcx, request.Data, reply.Info1,
            reply.Info1 == GhcbReply.Success ? reply.Value | reply.Info2 : reply.Info2));
        EndExit(machine, vcpu);
        return reply;
    }

    /// <summary>
    /// A GHCB exit of a VMPL by the page itself, at the address that was last registered; what came back is in the page afterwards.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="vmpl">The VMPL it comes from: 0, or 2 where there is an SVSM.</param>
    /// <param name="page">The GHCB's 4096 bytes.</param>
    /// <exception cref="ArgumentException">Not 4096 bytes.</exception>
    public GhcbReply ExitPage(Machine machine, int vcpu, byte vmpl, byte[] page)
    {
        ulong address = _vcpus[vcpu].GhcbAddress;
        ulong reason = GhcbPage.Read(page, address, out GhcbRequest request);
        reason = address == 0 ? GhcbReply.NotRegistered : reason;
        GhcbReply reply = reason == 0 ? Exit(machine, vcpu, vmpl, request) : GhcbReply.Refuse(reason);
        GhcbPage.WriteReply(page, address, reply);
        return reply;
    }

    /// <summary>A request by the GHCB MSR itself.</summary>
    /// <returns>What is in the MSR afterwards.</returns>
    public ulong ExitByMsr(Machine machine, int vcpu, byte vmpl, ulong request)
    {
        if (_terminated)
        {
            return request;
        }

        BeginExit(machine, vcpu, vmpl);
        ulong answer = GhcbMsrProtocol.Answer(this, machine, vcpu, vmpl, request);
        machine.Observer?.OnHop(vcpu, new(HopKind.GhcbMsr, vmpl, request, 0, 0, 0, 0, answer, 0));
        EndExit(machine, vcpu);
        return answer;
    }

    /// <summary>The vCPU leaves the guest for the SVSM and stays there, until <see cref="EnterGuest"/> or the guest's next access.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="taking">GUEST_EXITINTINFO: what the guest was taking, if anything.</param>
    public void ExitGuest(Machine machine, int vcpu, EventInjection taking = default)
    {
        if (_vcpus[vcpu].InSvsm == 0)
        {
            SvsmEntry.Exit(this, machine, vcpu, taking);
        }
    }

    /// <summary>The SVSM looks at what came, and the vCPU goes on in the guest.</summary>
    public void EnterGuest(Machine machine, int vcpu) => SvsmEntry.Enter(this, machine, vcpu);

    /// <summary>The guest begins to take its next event, and an intercept hits: the SVSM gives it again.</summary>
    /// <returns>What it was taking, if anything.</returns>
    public EventInjection InterceptTake(Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (!Delivers(vcpu) || Injection != SnpInjection.Alternate || state.InSvsm != 0)
        {
            return default;
        }

        EventInjection taking = Begin(machine, vcpu, ref state);
        SvsmEntry.Exit(this, machine, vcpu, taking);
        SvsmEntry.Enter(this, machine, vcpu);
        return taking;
    }

    /// <summary>MOV SS or STI: the next instruction of the guest still runs without interrupts.</summary>
    public void SetInterruptShadow(Machine machine, int vcpu, bool on)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.With(VirtualInterruptControl.ShadowBit, on);
        AfterVcpuChange(machine, vcpu);
    }

    /// <summary>
    /// EOI as a guest does it that knows no_eoi_required: it clears the byte where that is set, and writes EOI otherwise.
    /// </summary>
    /// <returns>Whether the byte was set, so that no EOI has to be written.</returns>
    public bool TryLazyEoi(Machine machine, int vcpu)
    {
        EnterIfLeft(machine, vcpu, ref _vcpus[vcpu]);
        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (!state.Vmsa.IsAlternateInjection || state.CallingArea.NoEoiRequired == 0)
        {
            return false;
        }

        // The byte is about the vector in EVENT_INJ, which a guest takes before it can look: this EOI is for one before it, and has to be written.
        if (state.Vmsa.EventInjection.IsExternal)
        {
            return false;
        }

        state.CallingArea.NoEoiRequired = 0;
        machine.Observer?.OnHop(vcpu, new(HopKind.LazyEoi, Vmpl.Guest, 0, 0, 0, 0, 0, 0, 0));
        return true;
    }

    /// <summary>GHCB exits so far, to tell what a call has caused; no part of the state.</summary>
    internal uint ExitCount { get; set; }

    internal ref SnpVcpuState At(int vcpu) => ref _vcpus[vcpu];

    /// <summary>The guest is over: it can do nothing more until RESET.</summary>
    internal void Terminate() => _terminated = true;

    /// <summary>An exit of the guest is an instruction of it; one of the SVSM is not.</summary>
    private void BeginExit(Machine machine, int vcpu, byte vmpl)
    {
        if (vmpl == GuestVmpl)
        {
            BeginInstruction(machine, vcpu, ref _vcpus[vcpu]);
        }
    }

    /// <summary>An EOI or a lower task priority may let the next interrupt through.</summary>
    private void EndExit(Machine machine, int vcpu)
    {
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(this, machine, vcpu);
        }
    }

    /// <summary>
    /// A vCPU that is to do something in the guest is entered first where it is not there: it was left for the SVSM, or the host had stopped it, and
    /// nothing that came meanwhile was looked at.
    /// </summary>
    private void EnterIfLeft(Machine machine, int vcpu, ref SnpVcpuState state)
    {
        if (state.InSvsm != 0 || state.SignalPending != 0)
        {
            SvsmEntry.Enter(this, machine, vcpu);
        }
    }
}
