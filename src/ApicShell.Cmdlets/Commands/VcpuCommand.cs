using System.ComponentModel;
using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>A command on vCPUs, given by position or through the pipeline.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VcpuCommand : ApicCommand
{
    /// <summary>The vCPUs.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Vcpu { get; set; }

    /// <summary>Whether the command means every vCPU of the newest machine when none is given; else its vCPU 0.</summary>
    private protected virtual bool MeansAll => false;

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(() =>
    {
        Prepare();
        foreach (ApicVcpu vcpu in MeansAll ? AllOf(Vcpu) : OneOf(Vcpu))
        {
            if (Stopping)
            {
                return;
            }

            Guard(() =>
            {
                CheckPresent(vcpu);
                Process(vcpu);
            });
        }
    });

    /// <summary>Looks at the arguments before any vCPU.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Does the work on one vCPU.</summary>
    /// <param name="vcpu">The vCPU; its machine is present.</param>
    protected abstract void Process(ApicVcpu vcpu);
}
