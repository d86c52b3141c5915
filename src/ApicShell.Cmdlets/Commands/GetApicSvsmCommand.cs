using System.Management.Automation;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>Get-ApicSvsm: the APIC that the SVSM emulates.</summary>
[Cmdlet(VerbsCommon.Get, "ApicSvsm")]
[OutputType(typeof(ApicSvsm))]
public sealed class GetApicSvsmCommand : AlternateInjectionCommand
{
    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        ApicSvsm svsm;
        using (vcpu.Machine.Take())
        {
            svsm = new ApicSvsm(vcpu, platform);
        }

        WriteObject(svsm);
    }
}
