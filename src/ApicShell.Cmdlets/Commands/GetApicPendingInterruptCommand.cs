using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>Get-ApicPendingInterrupt: what waits at vCPUs, without taking it.</summary>
[Cmdlet(VerbsCommon.Get, "ApicPendingInterrupt")]
[OutputType(typeof(ApicPendingInterrupt), typeof(ApicVectorRow))]
public sealed class GetApicPendingInterruptCommand : VcpuCommand
{
    /// <summary>The 256 vectors as 16 rows.</summary>
    [Parameter]
    public SwitchParameter Grid { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        var pending = new ApicPendingInterrupt(vcpu);
        if (Grid)
        {
            WriteObject(ApicVectorRow.Of(pending), enumerateCollection: true);
        }
        else
        {
            WriteObject(pending);
        }
    }
}
