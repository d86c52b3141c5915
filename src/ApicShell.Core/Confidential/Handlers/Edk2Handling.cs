using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>Everything to the hypervisor, in the form in which it came (edk2 CcExitVcHandler.c).</summary>
internal sealed class Edk2Handling : VcHandling
{
    public override Answer Handle(SnpVcpu cpu, Access access) => Exit(cpu, access);

    public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) => Responder.Hypervisor;
}
