using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>x2APIC mode or the end of the guest, and a list of registers of its own that go to the SVSM (Linux, SVSM APIC driver).</summary>
internal sealed class LinuxHandling : VcHandling
{
    public override Answer Handle(SnpVcpu cpu, Access access)
    {
        bool isX2Register = access.Kind == AccessKind.Msr && access.Address - ApicMsr.X2First < 0x100;
        if (!isX2Register)
        {
            return Exit(cpu, access);
        }

        if (!cpu.HostApic.IsX2Apic)
        {
            return cpu.Platform.EndGuest(SnpRule.LinuxNeedsX2Apic);
        }

        Answer answer = AsksSvsm(access.Register) ? SvsmCalls.Call(cpu, access) : Exit(cpu, access);
        return answer.Outcome == Outcome.Fault
            ? cpu.Platform.EndGuest(SnpRule.LinuxNeedsSuccess).With(answer.Failure, answer.Detail).By(Route.Handler, answer.Exits)
            : answer;
    }

    public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) => AsksSvsm(register) ? Responder.Svsm : Responder.Hypervisor;

    private static bool AsksSvsm(ApicRegister register) => register
        is ApicRegister.Id or ApicRegister.Tpr or ApicRegister.Ppr or ApicRegister.Eoi or ApicRegister.Icr or ApicRegister.SelfIpi
        or (>= ApicRegister.Isr0 and <= ApicRegister.Irr7);
}
