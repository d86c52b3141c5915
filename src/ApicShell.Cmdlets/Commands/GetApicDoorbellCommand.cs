using System.Management.Automation;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>Get-ApicDoorbell: the #HV doorbell page.</summary>
[Cmdlet(VerbsCommon.Get, "ApicDoorbell")]
[OutputType(typeof(ApicDoorbell), typeof(byte[]))]
public sealed class GetApicDoorbellCommand : AlternateInjectionCommand
{
    /// <summary>Give the bytes of the page.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    private protected override bool NeedsSvsm => false;

    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        object page;
        using (vcpu.Machine.Take())
        {
            page = Raw ? platform.DoorbellOf(vcpu.Index).ToBytes() : new ApicDoorbell(vcpu, platform);
        }

        WriteObject(page);
    }
}
