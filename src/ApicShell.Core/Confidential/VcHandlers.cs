using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>The guest's #VC handlers: where each sends an access to the APIC.</summary>
internal static class VcHandlers
{
    /// <summary>Sends an access on its way.</summary>
    public static Answer Handle(SnpPlatform platform, Machine machine, int vcpu, in Access access) => platform.HandlerOf(vcpu) switch
    {
        _ when !platform.IsAlternateInjectionEnabled(vcpu) => SnpPlatform.ExitFor(machine, vcpu, platform.GuestVmpl, access),
        VcHandler.Proposal => Proposal(platform, machine, vcpu, access),
        VcHandler.Linux => Linux(platform, machine, vcpu, access),
        _ => SnpPlatform.ExitFor(machine, vcpu, Vmpl.Guest, access),
    };

    /// <summary>Whether handler Linux takes a register to the SVSM; it has a list of its own (Linux, SVSM APIC driver).</summary>
    public static bool LinuxAsksSvsm(ApicRegister register) => register
        is ApicRegister.Id or ApicRegister.Tpr or ApicRegister.Ppr or ApicRegister.Eoi or ApicRegister.Icr or ApicRegister.SelfIpi
        or (>= ApicRegister.Isr0 and <= ApicRegister.Irr7);

    /// <summary>The access as an x2APIC MSR, to the SVSM where it serves the register, else to the hypervisor.</summary>
    private static Answer Proposal(SnpPlatform platform, Machine machine, int vcpu, in Access access)
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

        return platform.SvsmAccess(msr.Register) == RegisterAccess.None
            ? SnpPlatform.ExitFor(machine, vcpu, Vmpl.Guest, msr)
            : platform.CallFor(machine, vcpu, msr);
    }

    private static Answer Linux(SnpPlatform platform, Machine machine, int vcpu, in Access access)
    {
        bool isX2Register = access.Kind == AccessKind.Msr && access.Address - ApicMsr.X2First < 0x100;
        if (!isX2Register)
        {
            return SnpPlatform.ExitFor(machine, vcpu, Vmpl.Guest, access);
        }

        if (!machine.GuestPlane.Apics[vcpu].IsX2Apic)
        {
            return platform.EndGuest(RuleId.LinuxNeedsX2Apic);
        }

        Answer answer = LinuxAsksSvsm(access.Register)
            ? platform.CallFor(machine, vcpu, access)
            : SnpPlatform.ExitFor(machine, vcpu, Vmpl.Guest, access);
        return answer.Outcome == Outcome.Fault
            ? platform.EndGuest(RuleId.LinuxNeedsSuccess) with { SvsmResult = answer.SvsmResult, ExitInfo1 = answer.ExitInfo1, ExitInfo2 = answer.ExitInfo2, Exits = answer.Exits }
            : answer;
    }
}
