using System.Management.Automation;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>Get-ApicAlternateInjection: how Alternate Injection stands.</summary>
[Cmdlet(VerbsCommon.Get, "ApicAlternateInjection")]
[OutputType(typeof(ApicAlternateInjection))]
public sealed class GetApicAlternateInjectionCommand : AlternateInjectionCommand
{
    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        ApicAlternateInjection status;
        using (vcpu.Machine.Take())
        {
            status = new ApicAlternateInjection(vcpu, platform);
        }

        WriteObject(status);
    }
}
