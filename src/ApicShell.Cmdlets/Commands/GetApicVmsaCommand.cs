using System.Management.Automation;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>Get-ApicVmsa: the fields of the VMSA through which a guest gets its interrupts.</summary>
[Cmdlet(VerbsCommon.Get, "ApicVmsa")]
[OutputType(typeof(ApicVmsa))]
public sealed class GetApicVmsaCommand : AlternateInjectionCommand
{
    private protected override bool NeedsSvsm => false;

    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        ApicVmsa vmsa;
        using (vcpu.Machine.Take())
        {
            vmsa = new ApicVmsa(vcpu, platform);
        }

        WriteObject(vmsa);
    }
}
