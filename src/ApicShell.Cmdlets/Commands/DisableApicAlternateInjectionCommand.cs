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
            if (platform.IsAlternateInjectionEnabled(vcpu.Index))
            {
                // As a guest does on each vCPU: when no registration is left, the hypervisor's APIC goes on.
                vcpu.Machine.Core.CallSvsm(vcpu.Index, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.Configure, rcx: 1));
            }

            if (platform.IsAlternateInjectionEnabled(vcpu.Index))
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
