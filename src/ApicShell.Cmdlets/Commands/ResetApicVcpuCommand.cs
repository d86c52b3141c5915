using System.Management.Automation;
using ApicShell.Emulation;

namespace ApicShell.Commands;

/// <summary>Reset-ApicVcpu: RESET or INIT of vCPUs.</summary>
[Cmdlet(VerbsCommon.Reset, "ApicVcpu", SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class ResetApicVcpuCommand : VcpuCommand
{
    /// <summary>INIT instead of RESET.</summary>
    [Parameter]
    public SwitchParameter Init { get; set; }

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        if (!ShouldProcess($"vCPU {vcpu}", Init ? "INIT" : "RESET"))
        {
            return;
        }

        using (vcpu.Machine.Take())
        {
            if (Init)
            {
                vcpu.Machine.Core.Initialize(vcpu.Index);
            }
            else
            {
                vcpu.Machine.Core.Reset(vcpu.Index);
            }
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }
}
