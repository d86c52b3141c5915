using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>
/// Every access to the APIC is one SVSM call, the page, APIC_BASE and the TSC deadline too: the SVSM emulates a whole local APIC (candidate D of the
/// svsm-devel thread of March 2025; OpenHCL's paravisor does). The protocol has no such calls: those for the page are hypothetical.
/// </summary>
internal sealed class WholeHandling : VcHandling
{
    public override Answer Handle(SnpVcpu cpu, Access access) => access.Kind == AccessKind.Msr && !WholeApic.Has(access.Address)
        ? Exit(cpu, access)
        : SvsmCalls.Call(cpu, WholeCalls.Of(access));

    public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) => Responder.Svsm;
}
