using System.Management.Automation;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>Enable-ApicAlternateInjection: lets the SVSM emulate the APIC of vCPUs.</summary>
[Cmdlet(VerbsLifecycle.Enable, "ApicAlternateInjection", SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class EnableApicAlternateInjectionCommand : AlternateInjectionCommand
{
    /// <summary>How the guest's #VC handler treats APIC accesses.</summary>
    [Parameter]
    public VcHandler VcHandler { get; set; } = VcHandler.Edk2;

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        if (!ShouldProcess($"vCPU {vcpu}", $"Enable Alternate Injection, #VC handler {VcHandler}"))
        {
            return;
        }

        lock (vcpu.Machine.Gate)
        {
            platform.EnableAlternateInjection(vcpu.Machine.Core, vcpu.Index, VcHandler);
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }
}
