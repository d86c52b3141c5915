using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// An SEV-SNP guest at VMPL2 with an SVSM at VMPL0. No access of the guest reaches an APIC by itself: its #VC handler asks the hypervisor
/// by a GHCB exit, or the SVSM by a call while Alternate Injection is on.
/// </summary>
public sealed class SnpPlatform : Platform
{
    private SnpVcpuState[] _vcpus = [];

    /// <summary>Makes the platform of one machine.</summary>
    /// <param name="scope">Whether all VMPLs of a vCPU share a local APIC of the hypervisor.</param>
    public SnpPlatform(ApicScope scope) => Scope = scope;

    /// <summary>Whether all VMPLs of a vCPU share a local APIC of the hypervisor.</summary>
    public ApicScope Scope { get; }

    /// <inheritdoc/>
    public override int ApicsPerVcpu => Scope == ApicScope.Shared ? 1 : 2;

    internal override int ApicOf(AccessOrigin origin) => origin == AccessOrigin.Svsm ? 0 : ApicsPerVcpu - 1;

    internal override void Attach(int vcpuCount) => Array.Resize(ref _vcpus, vcpuCount);

    internal override object Save() => MachineCheckpoint.Copy(_vcpus);

    internal override void Load(object? saved) => ((SnpVcpuState[])saved!).CopyTo(_vcpus, 0);

    internal override void Reset(int vcpu) => _vcpus[vcpu] = default;

    /// <summary>Whether the SVSM emulates a vCPU's APIC.</summary>
    public bool IsAlternateInjectionEnabled(int vcpu) => _vcpus[vcpu].AlternateInjection != 0;

    /// <summary>How the guest's #VC handler of a vCPU treats APIC accesses while Alternate Injection is on.</summary>
    public VcHandler HandlerOf(int vcpu) => _vcpus[vcpu].Handler;

    /// <summary>Switches Alternate Injection on for a vCPU: the SVSM's APIC starts empty.</summary>
    public void EnableAlternateInjection(Machine machine, int vcpu, VcHandler handler)
    {
        _vcpus[vcpu] = new() { AlternateInjection = 1, Handler = handler };
        machine.Observer?.OnHop(vcpu, new(HopKind.InjectionOn, Vmpl.Svsm, 0, (ulong)handler, 0, 0, 0, 0, 0));
    }

    /// <summary>Switches it off: the SVSM tells the hypervisor the TPR, and the hypervisor's APIC goes on with it.</summary>
    public void DisableAlternateInjection(Machine machine, int vcpu)
    {
        uint tpr = (uint)_vcpus[vcpu].Svsm.VTpr << 4;
        _vcpus[vcpu] = default;
        machine.PlaneOf(AccessOrigin.Guest).Apics[vcpu][ApicRegister.Tpr] = tpr;
        ulong info1 = ((ulong)Vmpl.Guest << 16) | (tpr << 8);
        machine.Observer?.OnHop(vcpu, new(HopKind.GhcbExit, Vmpl.Svsm, GhcbExitCode.DisableAlternateInjection, info1, 0, 0, 0, 0, 0));
        machine.Observer?.OnHop(vcpu, new(HopKind.InjectionOff, Vmpl.Svsm, 0, 0, 0, 0, 0, 0, 0));
    }

    /// <summary>What the SVSM lets a guest do with a register; None for one it does not serve.</summary>
    public static RegisterAccess SvsmAccess(ApicRegister register) => SvsmApic.AccessOf(register);

    /// <summary>What the SVSM's APIC holds in a register it serves, without any effect; null for any other.</summary>
    public ulong? PeekSvsm(Machine machine, int vcpu, ApicRegister register)
    {
        if (!IsAlternateInjectionEnabled(vcpu) || RegisterCatalogue.Find(register) is not { } spec)
        {
            return null;
        }

        SvsmResult result = SvsmApic.Read(_vcpus[vcpu].Svsm, machine.InitialApicId(vcpu), spec.Msr, out ulong value, out _);
        return result == SvsmResult.Success ? value : null;
    }

    internal override Answer Execute(Machine machine, int vcpu, in Access access)
    {
        if (access.Origin == AccessOrigin.Host)
        {
            return Behind(new(LocalApic.Execute(machine.PlaneOf(access.Origin), vcpu, access), Route.HostApi, 0));
        }

        if (access.Origin == AccessOrigin.Svsm)
        {
            return GhcbExit(machine, vcpu, Vmpl.Svsm, access);
        }

        return IsAlternateInjectionEnabled(vcpu) && HandlerOf(vcpu) == VcHandler.Proposal
            ? Proposal(machine, vcpu, access)
            : GhcbExit(machine, vcpu, Vmpl.Guest, access);
    }

    /// <summary>Handler Proposal: the access as an x2APIC MSR, to the SVSM where it serves the register, else to the hypervisor.</summary>
    private Answer Proposal(Machine machine, int vcpu, in Access access)
    {
        Access msr = access;
        if (access.Kind == AccessKind.Mmio)
        {
            if ((access.Address & 0xF) != 0 || access.Size != 4)
            {
                return new(new(Outcome.Fault, RuleId.ProposalShape, responder: Responder.Nobody), Route.Handler, 0);
            }

            msr = access with { Kind = AccessKind.Msr, Address = ApicMsr.X2First + (access.Address >> 4), Size = 8 };
        }

        return SvsmApic.AccessOf(msr.Register) == RegisterAccess.None
            ? GhcbExit(machine, vcpu, Vmpl.Guest, msr)
            : SvsmCall(machine, vcpu, msr);
    }

    private Answer SvsmCall(Machine machine, int vcpu, in Access msr)
    {
        ref SvsmApicState apic = ref _vcpus[vcpu].Svsm;
        ulong value = 0;
        SvsmResult result = msr.IsWrite
            ? SvsmApic.Write(ref apic, msr.Address, msr.Value, out RuleId rule)
            : SvsmApic.Read(apic, machine.InitialApicId(vcpu), msr.Address, out value, out rule);
        ulong rax = (SvsmApic.Protocol << 32) | (msr.IsWrite ? SvsmApic.WriteRegisterCall : SvsmApic.ReadRegisterCall);
        machine.Observer?.OnHop(vcpu, new(HopKind.SvsmCall, Vmpl.Guest, rax, 0, 0, msr.Address, msr.Value, (ulong)result, value));

        Outcome outcome = result != SvsmResult.Success ? Outcome.Fault : msr.IsWrite ? Outcome.Done : Outcome.Value;
        return new(new(outcome, rule, value, Responder.Svsm), Route.SvsmCall, 1) { SvsmResult = (uint)result };
    }

    private static Answer GhcbExit(Machine machine, int vcpu, byte vmpl, in Access access)
    {
        ApicPlane plane = machine.PlaneOf(access.Origin);
        bool msr = access.Kind == AccessKind.Msr;
        ulong code = msr ? GhcbExitCode.Msr : access.IsWrite ? GhcbExitCode.MmioWrite : GhcbExitCode.MmioRead;
        ulong info1 = msr ? (access.IsWrite ? 1UL : 0UL) : new ApicBase(plane.Apics[vcpu].ApicBase).Address + access.Address;
        ulong info2 = msr ? 0UL : access.Size;

        GhcbResult result = Hypervisor.Exit(plane, vcpu, access, out ApicResult behind);
        machine.Observer?.OnHop(vcpu, new(HopKind.GhcbExit, vmpl, code, info1, info2, msr ? access.Address : 0, access.Value, result.Info1,
            result.Info1 == GhcbResult.Success ? result.Value : result.Info2));

        Answer answer = Behind(new(behind, msr ? Route.GhcbMsr : Route.GhcbMmio, 1));
        return result.Info1 == GhcbResult.Success
            ? answer
            : answer with { ExitInfo1 = result.Info1, ExitInfo2 = result.Info2, Fault = (GuestFault)(result.Info1 == GhcbResult.Exception ? result.Vector : 0) };
    }

    /// <summary>Behind an exit the local APIC is the hypervisor's.</summary>
    private static Answer Behind(Answer answer) => answer.Responder == Responder.LocalApic ? answer with { Responder = Responder.Hypervisor } : answer;
}
