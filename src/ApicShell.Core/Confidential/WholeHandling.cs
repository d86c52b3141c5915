using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// Every access to the APIC is one SVSM call, the page, APIC_BASE and the TSC deadline too: the SVSM emulates a whole local APIC (candidate D of the
/// svsm-devel thread of March 2025; OpenHCL's paravisor does). The protocol has no such calls: those for the page are hypothetical.
/// </summary>
internal sealed class WholeHandling : VcHandling
{
    public override Answer Handle(SnpPlatform platform, Machine machine, int vcpu, in Access access)
    {
        if (access.Kind == AccessKind.Msr && !WholeApic.Has(access.Address))
        {
            return Exit(machine, vcpu, access);
        }

        SvsmRegisterSet registers = WholeCalls.Of(access);
        uint exits = platform.ExitCount;
        SvsmEntry.BeginCall(ref platform.At(vcpu));
        ApicResult behind = WholeApic.Execute(platform, machine, vcpu, access);
        SvsmResult result = WholeCalls.ResultOf(behind);
        machine.Observer?.OnHop(
            vcpu, new(HopKind.SvsmCall, Vmpl.Guest, registers.Rax, 0, 0, registers.Rcx, registers.Rdx, (ulong)result, behind.Value));
        SvsmEntry.EndCall(platform, machine, vcpu, ref platform.At(vcpu));

        Answer answer = new(behind, Route.SvsmCall, (byte)(1 + platform.ExitCount - exits));
        return answer with { SvsmResult = (uint)result, Responder = behind.Responder == Responder.LocalApic ? Responder.Svsm : behind.Responder };
    }

    public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) => Responder.Svsm;
}
