using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>The access as an x2APIC MSR, to the SVSM where it serves the register, else to the hypervisor.</summary>
internal sealed class ProposalHandling : VcHandling
{
    public override Answer Handle(SnpVcpu cpu, Access access)
    {
        Access msr = access;
        if (access.Kind == AccessKind.Mmio)
        {
            if (!IsOfOneRegister(access))
            {
                return Fault(SnpRule.ProposalShape);
            }

            msr = AsMsr(access);
        }

        return cpu.Platform.Served(msr.Address).Access == RegisterAccess.None ? Exit(cpu, msr) : SvsmCalls.Call(cpu, msr);
    }

    public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) =>
        platform.SvsmAccess(register) != RegisterAccess.None ? Responder.Svsm : Responder.Hypervisor;
}
