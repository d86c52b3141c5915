using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <content>Calls to the SVSM and exits to the hypervisor with numbers as they are.</content>
public sealed partial class SnpPlatform
{
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
}
