using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>The guest's #VC handlers: where each sends an access to the APIC.</summary>
internal static class VcHandlers
{
    /// <summary>In the order of <see cref="VcHandler"/>.</summary>
    private static readonly VcHandling[] s_handlers =
        [new Edk2Handling(), new ProposalHandling(), new LinuxHandling(), new TranslateHandling(), new SplitHandling(), new WholeHandling()];

    /// <summary>What a handler does.</summary>
    public static VcHandling Of(VcHandler handler) => s_handlers[(int)handler];

    /// <summary>Sends an access on its way.</summary>
    public static Answer Handle(SnpPlatform platform, Machine machine, int vcpu, in Access access) =>
        platform.IsAlternateInjectionEnabled(vcpu)
            ? Of(platform.HandlerOf(vcpu)).Handle(platform, machine, vcpu, access)
            : SnpPlatform.ExitFor(machine, vcpu, platform.GuestVmpl, access);

    /// <summary>Everything to the hypervisor, in the form in which it came (edk2 CcExitVcHandler.c).</summary>
    private sealed class Edk2Handling : VcHandling
    {
        public override Answer Handle(SnpPlatform platform, Machine machine, int vcpu, in Access access) => Exit(machine, vcpu, access);

        public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) => Responder.Hypervisor;
    }

    /// <summary>The access as an x2APIC MSR, to the SVSM where it serves the register, else to the hypervisor.</summary>
    private sealed class ProposalHandling : VcHandling
    {
        public override Answer Handle(SnpPlatform platform, Machine machine, int vcpu, in Access access)
        {
            Access msr = access;
            if (access.Kind == AccessKind.Mmio)
            {
                if (!IsWhole(access))
                {
                    return Fault(RuleId.ProposalShape);
                }

                msr = AsMsr(access);
            }

            return platform.SvsmAccess(msr.Register) == RegisterAccess.None
                ? Exit(machine, vcpu, msr)
                : platform.CallFor(machine, vcpu, msr);
        }

        public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) =>
            platform.SvsmAccess(register) != RegisterAccess.None ? Responder.Svsm : Responder.Hypervisor;
    }

    /// <summary>x2APIC mode or the end of the guest, and a list of registers of its own that go to the SVSM (Linux, SVSM APIC driver).</summary>
    private sealed class LinuxHandling : VcHandling
    {
        public override Answer Handle(SnpPlatform platform, Machine machine, int vcpu, in Access access)
        {
            bool isX2Register = access.Kind == AccessKind.Msr && access.Address - ApicMsr.X2First < 0x100;
            if (!isX2Register)
            {
                return Exit(machine, vcpu, access);
            }

            if (!machine.GuestPlane.Apics[vcpu].IsX2Apic)
            {
                return platform.EndGuest(RuleId.LinuxNeedsX2Apic);
            }

            Answer answer = AsksSvsm(access.Register) ? platform.CallFor(machine, vcpu, access) : Exit(machine, vcpu, access);
            return answer.Outcome == Outcome.Fault
                ? platform.EndGuest(RuleId.LinuxNeedsSuccess) with { SvsmResult = answer.SvsmResult, ExitInfo1 = answer.ExitInfo1, ExitInfo2 = answer.ExitInfo2, Exits = answer.Exits }
                : answer;
        }

        public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) =>
            AsksSvsm(register) ? Responder.Svsm : Responder.Hypervisor;

        private static bool AsksSvsm(ApicRegister register) => register
            is ApicRegister.Id or ApicRegister.Tpr or ApicRegister.Ppr or ApicRegister.Eoi or ApicRegister.Icr or ApicRegister.SelfIpi
            or (>= ApicRegister.Isr0 and <= ApicRegister.Irr7);
    }
}
