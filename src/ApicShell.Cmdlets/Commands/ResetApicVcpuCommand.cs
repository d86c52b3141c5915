using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>Reset-ApicVcpu: RESET of vCPUs.</summary>
[Cmdlet(VerbsCommon.Reset, "ApicVcpu", SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class ResetApicVcpuCommand : VcpuCommand
{
    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        if (!ShouldProcess($"vCPU {vcpu}", "RESET"))
        {
            return;
        }

        lock (vcpu.Machine.Gate)
        {
            vcpu.Machine.Core.Reset(vcpu.Index);
            vcpu.Machine.Log.Views.Forget(vcpu.Index);
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }
}
