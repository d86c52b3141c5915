using System.Management.Automation;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Disable-ApicAlternateInjection: gives the APIC of vCPUs back to the hypervisor.</summary>
[Cmdlet(VerbsLifecycle.Disable, "ApicAlternateInjection", SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class DisableApicAlternateInjectionCommand : AlternateInjectionCommand
{
    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        if (!ShouldProcess($"vCPU {vcpu}", "Disable Alternate Injection"))
        {
            return;
        }

        using (vcpu.Machine.Take())
        {
            if (platform.IsAlternateInjectionEnabled(vcpu.Index) && !platform.DisableAlternateInjection(vcpu.Machine.Core, vcpu.Index))
            {
                throw ApicErrors.StillRegistered(vcpu, platform.Registrations);
            }
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }
}
