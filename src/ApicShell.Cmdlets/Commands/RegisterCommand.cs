using System.ComponentModel;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>A command that accesses registers of vCPUs: <c>Verb [vCPU] REGISTER</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RegisterCommand : ApicCommand
{
    /// <summary>Set of parameters: the register comes first, vCPUs through the pipeline or by name.</summary>
    protected const string RegisterSet = "Register";

    /// <summary>Set of parameters: the vCPUs come first.</summary>
    protected const string TargetSet = "Target";

    /// <summary>The vCPUs, first by position. A parameter of its own, so that it alone decides the set.</summary>
    [Parameter(ParameterSetName = TargetSet, Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Target { get; set; }

    /// <summary>The vCPUs, through the pipeline or by name.</summary>
    [Parameter(ParameterSetName = RegisterSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Vcpu { get; set; }

    /// <summary>The registers, by name or number.</summary>
    [Parameter(ParameterSetName = RegisterSet, Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = TargetSet, Position = 1, Mandatory = true)]
    [ArgumentCompleter(typeof(RegisterCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual RegisterArgument[] Register { get; set; } = [];

    /// <summary>Who issues the access.</summary>
    [Parameter]
    [FlatArgument]
    public AccessOrigin Origin { get; set; } = AccessOrigin.Guest;

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(() =>
    {
        Prepare();
        foreach (ApicVcpu vcpu in OneOf(Target ?? Vcpu))
        {
            for (int i = 0; i < Register.Length; i++)
            {
                if (Stopping)
                {
                    return;
                }

                int index = i;
                Guard(() => Process(vcpu, index));
            }

            Finished(vcpu);
        }
    });

    /// <summary>Does the work on one register of one vCPU.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="index">Which of the registers.</param>
    protected abstract void Process(ApicVcpu vcpu, int index);

    /// <summary>Looks at the arguments before any access.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Ends the work on a vCPU.</summary>
    private protected virtual void Finished(ApicVcpu vcpu)
    {
    }
}
