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

        BeginInstruction(machine, vcpu);
        Answer answer = VcHandlers.Handle(this, machine, vcpu, access);
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(this, machine, vcpu);
        }

        return answer;
    }

    /// <summary>The short way of what a guest does most: a call for a register that handler Proposal or Linux takes to the SVSM.</summary>
    internal override ApicResult ExecuteMsr(Machine machine, int vcpu, bool isWrite, uint msr, ulong value)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (!state.Vmsa.IsAlternateInjection || state.Handler != VcHandler.Proposal || _terminated
            || RegisterCatalogue.AtMsr(msr)?.Register is not { } register || SvsmAccess(register) == RegisterAccess.None)
        {
            return base.ExecuteMsr(machine, vcpu, isWrite, msr, value);
        }

        BeginInstruction(machine, vcpu);
        SvsmEntry.BeginCall(ref state);
        SvsmResult result = Serve(machine, vcpu, isWrite, msr, value, out ulong output, out RuleId rule);
        SvsmEntry.EndCall(this, machine, vcpu);
        Outcome outcome = result != SvsmResult.Success ? Outcome.Fault : isWrite ? Outcome.Done : Outcome.Value;
        return new(outcome, rule, output, Responder.Svsm);
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
        SvsmEntry.BeginCall(ref _vcpus[vcpu]);
        SvsmResult result = Serve(machine, vcpu, msr.IsWrite, msr.Address, msr.Value, out ulong value, out RuleId rule);
        machine.Observer?.OnHop(vcpu, new(HopKind.SvsmCall, Vmpl.Guest, rax, 0, 0, msr.Address, msr.Value, (ulong)result, value));
        SvsmEntry.EndCall(this, machine, vcpu);

        Outcome outcome = result != SvsmResult.Success ? Outcome.Fault : msr.IsWrite ? Outcome.Done : Outcome.Value;
        return new(new(outcome, rule, value, Responder.Svsm), Route.SvsmCall, 1) { SvsmResult = (uint)result };
    }

    /// <summary>The #VC handler ends the guest.</summary>
    internal Answer EndGuest(RuleId rule)
    {
        Terminate();
        return new(new(Outcome.Fault, rule, responder: Responder.Nobody), Route.Handler, 0) { Fault = GuestFault.Terminated };
    }

    private SvsmResult Serve(Machine machine, int vcpu, bool isWrite, uint msr, ulong input, out ulong output, out RuleId rule)
    {
        output = 0;
        return isWrite
            ? SvsmCalls.WriteRegister(this, machine, vcpu, msr, input, out rule)
            : SvsmCalls.ReadRegister(this, machine, vcpu, msr, out output, out rule);
    }

    /// <summary>The guest runs an instruction: it is in the guest, and what shadowed interrupts ends with it.</summary>
    private void BeginInstruction(Machine machine, int vcpu)
    {
        EnterIfLeft(machine, vcpu);
        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (state.Vmsa.InterruptControl.InterruptShadow)
        {
            state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.With(VirtualInterruptControl.ShadowBit, false);
        }
    }

    /// <summary>Behind an exit the local APIC is the hypervisor's.</summary>
    private static Answer Behind(Answer answer) => answer.Responder == Responder.LocalApic ? answer with { Responder = Responder.Hypervisor } : answer;
}
