using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <content>What is done to its vCPUs.</content>
public sealed partial class SnpPlatform
{
    internal override bool HasCommands => true;

    // Not inlined: a caller that had all of an access's way in it would be too large to be compiled well.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal override Answer Execute(int vcpu, Access access)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (access.Origin != AccessOrigin.Guest || _terminated || !state.Vmsa.IsAlternateInjection)
        {
            return ExecuteWithoutSvsm(vcpu, access);
        }

        SnpVcpu cpu = Vcpu(vcpu);
        BeginInstruction(cpu, ref state);
        return VcHandlers.Of(state.Handler).Handle(cpu, access);
    }

    /// <summary>An access that no #VC handler decides on: the host's, the SVSM's own, or one of a guest that has no SVSM's APIC, or is over.</summary>
    private Answer ExecuteWithoutSvsm(int vcpu, Access access)
    {
        SnpVcpu cpu = Vcpu(vcpu);
        if (access.Origin == AccessOrigin.Host)
        {
            Answer seen = LocalApic.Execute(Machine.GuestPlane, vcpu, access).By(Route.HostApi, 0);
            return seen.Responder == Responder.LocalApic ? seen.From(Responder.Hypervisor) : seen;
        }

        if (_terminated)
        {
            return Answer.Ended(SnpRule.GuestTerminated);
        }

        if (access.Origin == AccessOrigin.Svsm)
        {
            return Hypervisor.Exit(cpu, Vmpl.Svsm, access);
        }

        BeginInstruction(cpu, ref cpu.State);
        Answer answer = Hypervisor.Exit(cpu, GuestVmpl, access);
        AfterExit(cpu);
        return answer;
    }

    internal override Answer Do(in MachineCommand command)
    {
        SnpVcpu cpu = Vcpu(command.Vcpu);
        switch (command.Kind)
        {
            case SnpCommands.SvsmCall:
                return _terminated ? Answer.Ended(SnpRule.GuestTerminated) : CallSvsm(cpu, SnpCommands.RegistersOf(command), command.Info2 != 0);
            case SnpCommands.GhcbExit:
                return _terminated ? Answer.Ended(SnpRule.GuestTerminated) : Exit(cpu, command.Vmpl, SnpCommands.RequestOf(command));
            case SnpCommands.GhcbMsr:
                return _terminated ? Answer.Ended(SnpRule.GuestTerminated) : ExitByMsr(cpu, command.Vmpl, command.Data);
            case SnpCommands.EnableInjection:
                return Enable(cpu, (VcHandler)command.Address, new((SvsmTimer)command.Info1, (SvsmBehavior)command.Info2), (InjectionOptions)command.Data);
            case SnpCommands.GuestExit when cpu.State.InSvsm == 0:
                SvsmEntry.Exit(cpu, new(command.Data));
                return Answer.Done(RuleId.None);
            case SnpCommands.GuestExit:
                return Answer.Dropped(RuleId.None);
            case SnpCommands.GuestEntry:
                SvsmEntry.Enter(cpu);
                return Answer.Done(RuleId.None);
            case SnpCommands.Intercept:
                return new(Outcome.Value, RuleId.None, GuestEvents.Intercept(cpu).Value);
            case CommandKind.InterruptShadow:
                ref Vmsa vmsa = ref cpu.State.Vmsa;
                vmsa.InterruptControl = vmsa.InterruptControl.With(VirtualInterruptControl.ShadowBit, command.Data != 0);
                AfterVcpuChange(cpu.Index);
                return Answer.Done(RuleId.None);
            case SnpCommands.LazyEoi:
                SvsmEntry.EnterIfLeft(cpu);
                return GuestEvents.TryLeaveOutEoi(cpu) ? Answer.Done(SnpRule.SvsmLazyEoi) : Answer.Dropped(RuleId.None);
            default:
                return base.Do(command);
        }
    }

    /// <summary>
    /// A GHCB exit of a VMPL by the page itself, at the address that was last registered; what came back is in the page afterwards.
    /// </summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="vmpl">The VMPL it comes from: 0, or 2 where there is an SVSM.</param>
    /// <param name="page">The GHCB's 4096 bytes.</param>
    /// <exception cref="System.ArgumentException">Not 4096 bytes.</exception>
    public GhcbReply ExitPage(int vcpu, byte vmpl, byte[] page)
    {
        ulong address = _vcpus[vcpu].GhcbAddress;
        ulong reason = GhcbPage.Read(page, address, out GhcbRequest request);
        reason = address == 0 ? GhcbReply.NotRegistered : reason;
        GhcbReply reply = reason == 0 ? Machine.Exit(vcpu, vmpl, request) : new(GhcbReply.Malformed, reason, 0);
        GhcbPage.WriteReply(page, address, reply);
        return reply;
    }

    private static Answer CallSvsm(SnpVcpu cpu, in SvsmRegisterSet registers, bool isPending)
    {
        SvsmEntry.EnterIfLeft(cpu);
        ref SnpVcpuState state = ref cpu.State;
        state.CallingArea.CallPending = 0;
        if (isPending)
        {
            return SvsmCalls.Call(cpu, registers);
        }

        state.InSvsm = 1;
        SvsmEntry.GoOn(cpu, ref state);
        return Answer.Dropped(RuleId.None);
    }

    private Answer Exit(SnpVcpu cpu, byte vmpl, in GhcbRequest request)
    {
        BeginExit(cpu, vmpl);
        Answer answer = Hypervisor.Exit(cpu, vmpl, request);
        AfterExit(cpu);
        return answer;
    }

    private Answer ExitByMsr(SnpVcpu cpu, byte vmpl, ulong request)
    {
        BeginExit(cpu, vmpl);
        ulong answer = GhcbMsrProtocol.Serve(cpu, vmpl, request);
        cpu.Tell(new Hop(SnpHop.GhcbMsr, vmpl, request, Result1: answer));
        AfterExit(cpu);
        return new(Outcome.Value, RuleId.None, answer, Responder.Hypervisor);
    }

    private Answer Enable(SnpVcpu cpu, VcHandler handler, SvsmOptions options, InjectionOptions start)
    {
        if (Injection != SnpInjection.Alternate || Lacks(options) != HypervisorFeatures.None)
        {
            return new(Outcome.Rejected, SnpRule.HostLacksFeature, responder: Responder.Nobody);
        }

        (Options, Registrations) = (options, System.Math.Max(Registrations, 1));
        ref SnpVcpuState state = ref cpu.State;
        bool isOn = state.Vmsa.IsAlternateInjection && (start & InjectionOptions.NewVmsa) == 0;
        bool lendsOtherwise = isOn && (handler == VcHandler.Whole) != cpu.IsWhole;
        state.Handler = handler;
        cpu.Tell(new Hop(SnpHop.InjectionOn, Vmpl.Svsm, Info1: (ulong)handler));
        if (!isOn)
        {
            SvsmHandOff.Enable(cpu, start);
        }
        else if (lendsOtherwise)
        {
            LentApic.Begin(cpu);
        }

        return Answer.Done(RuleId.None);
    }

    /// <summary>The guest runs an instruction: it is in the guest, and what shadowed interrupts ends with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BeginInstruction(SnpVcpu cpu, ref SnpVcpuState state)
    {
        SvsmEntry.EnterIfLeft(cpu);
        if (state.Vmsa.InterruptControl.InterruptShadow)
        {
            state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.With(VirtualInterruptControl.ShadowBit, false);
        }
    }

    /// <summary>An exit of the guest is an instruction of it; one of the SVSM is not.</summary>
    private void BeginExit(SnpVcpu cpu, byte vmpl)
    {
        if (vmpl == GuestVmpl)
        {
            BeginInstruction(cpu, ref cpu.State);
        }
    }

    /// <summary>Under Restricted Injection an EOI or a lower task priority may let the next interrupt through.</summary>
    private void AfterExit(SnpVcpu cpu)
    {
        if (Injection == SnpInjection.Restricted)
        {
            RestrictedGuest.Inject(cpu);
        }
    }
}
