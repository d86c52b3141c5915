using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <content>The way of an access.</content>
public sealed partial class SnpPlatform
{
    internal override Answer Execute(Machine machine, int vcpu, in Access access)
    {
        if (access.Origin == AccessOrigin.Host)
        {
            return Behind(new(LocalApic.Execute(machine.PlaneOf(access.Origin), vcpu, access), Route.HostApi, 0));
        }

        if (_terminated)
        {
            return new(new(Outcome.Fault, RuleId.GuestTerminated, responder: Responder.Nobody), Route.Handler, 0) { Fault = GuestFault.Terminated };
        }

        if (access.Origin == AccessOrigin.Svsm)
        {
            return ExitFor(machine, vcpu, Vmpl.Svsm, access);
        }

        BeginInstruction(machine, vcpu, ref _vcpus[vcpu]);
        Answer answer = VcHandlers.Handle(this, machine, vcpu, access);
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(this, machine, vcpu);
        }

        return answer;
    }

    /// <summary>The short way of what a guest does most: a call for a register that handler Proposal takes to the SVSM.</summary>
    internal override ApicResult ReadMsr(Machine machine, int vcpu, uint msr)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        ref readonly SvsmRegister register = ref Served(msr);
        if (register.Access == RegisterAccess.None || !CallsPlainly(machine, state))
        {
            return base.ReadMsr(machine, vcpu, msr);
        }

        SvsmEntry.BeginCall(ref state);
        SvsmReply reply = SvsmRegisters.Read(this, machine, vcpu, ref state, in register);
        SvsmEntry.EndCall(this, machine, vcpu, ref state);
        return reply.AsAccess(Outcome.Value);
    }

    internal override ApicResult WriteMsr(Machine machine, int vcpu, uint msr, ulong value)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        ref readonly SvsmRegister register = ref Served(msr);
        if (register.Access == RegisterAccess.None || !CallsPlainly(machine, state))
        {
            return base.WriteMsr(machine, vcpu, msr, value);
        }

        SvsmEntry.BeginCall(ref state);
        SvsmReply reply = SvsmRegisters.Write(this, machine, vcpu, ref state, in register, value);
        SvsmEntry.EndCall(this, machine, vcpu, ref state);
        return reply.AsAccess(Outcome.Done);
    }

    /// <summary>An access by a GHCB exit, and what the hypervisor's APIC makes of it.</summary>
    internal static Answer ExitFor(Machine machine, int vcpu, byte vmpl, in Access access)
    {
        ApicPlane plane = machine.PlaneOf(access.Origin);
        bool msr = access.Kind == AccessKind.Msr;
        ulong code = msr ? GhcbExitCode.Msr : access.IsWrite ? GhcbExitCode.MmioWrite : GhcbExitCode.MmioRead;
        ulong info1 = msr ? (access.IsWrite ? 1UL : 0UL) : new ApicBase(plane.Apics[vcpu].ApicBase).Address + access.Address;
        ulong info2 = msr ? 0UL : access.Size;

        GhcbReply reply = Hypervisor.Access(plane, vcpu, access, out ApicResult behind);
        machine.Observer?.OnHop(vcpu, new(HopKind.GhcbExit, vmpl, code, info1, info2, msr ? access.Address : 0, access.Value, reply.Info1,
            reply.Info1 == GhcbReply.Success ? reply.Value : reply.Info2));

        Answer answer = Behind(new(behind, msr ? Route.GhcbMsr : Route.GhcbMmio, 1));
        return reply.Info1 == GhcbReply.Success
            ? answer
            : answer with { ExitInfo1 = reply.Info1, ExitInfo2 = reply.Info2, Fault = (GuestFault)(reply.Info1 == GhcbReply.Exception ? reply.Vector : 0) };
    }

    /// <summary>An access by an SVSM call.</summary>
    internal Answer CallFor(Machine machine, int vcpu, in Access msr)
    {
        ulong rax = ((ulong)SvsmProtocol.Apic << 32) | (msr.IsWrite ? SvsmCall.WriteRegister : SvsmCall.ReadRegister);
        uint exits = ExitCount;
        ref SnpVcpuState state = ref _vcpus[vcpu];
        SvsmEntry.BeginCall(ref state);
        ref readonly SvsmRegister register = ref Served(msr.Address);
        SvsmReply reply = msr.IsWrite
            ? SvsmRegisters.Write(this, machine, vcpu, ref state, in register, msr.Value)
            : SvsmRegisters.Read(this, machine, vcpu, ref state, in register);
        machine.Observer?.OnHop(vcpu, new(HopKind.SvsmCall, Vmpl.Guest, rax, 0, 0, msr.Address, msr.Value, (ulong)reply.Result, reply.Value));
        SvsmEntry.EndCall(this, machine, vcpu, ref state);

        ApicResult result = reply.AsAccess(msr.IsWrite ? Outcome.Done : Outcome.Value);
        return new(result, Route.SvsmCall, (byte)(1 + ExitCount - exits)) { SvsmResult = (uint)reply.Result };
    }

    /// <summary>The #VC handler ends the guest.</summary>
    internal Answer EndGuest(RuleId rule)
    {
        Terminate();
        return new(new(Outcome.Fault, rule, responder: Responder.Nobody), Route.Handler, 0) { Fault = GuestFault.Terminated };
    }

    /// <summary>Whether a register that the SVSM serves is a call and nothing else: the guest runs, and nobody watches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool CallsPlainly(Machine machine, in SnpVcpuState state) =>
        state.Handler == VcHandler.Proposal && (state.InSvsm | state.SignalPending) == 0 && state.Vmsa.IsAlternateInjection && !state.Vmsa.InterruptControl.InterruptShadow
        && machine.Observer is null && !_terminated;

    /// <summary>The guest runs an instruction: it is in the guest, and what shadowed interrupts ends with it.</summary>
    private void BeginInstruction(Machine machine, int vcpu, ref SnpVcpuState state)
    {
        EnterIfLeft(machine, vcpu, ref state);
        if (state.Vmsa.InterruptControl.InterruptShadow)
        {
            state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.With(VirtualInterruptControl.ShadowBit, false);
        }
    }

    /// <summary>Behind an exit the local APIC is the hypervisor's.</summary>
    private static Answer Behind(Answer answer) => answer.Responder == Responder.LocalApic ? answer with { Responder = Responder.Hypervisor } : answer;
}
