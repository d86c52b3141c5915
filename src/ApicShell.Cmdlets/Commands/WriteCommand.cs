using System.ComponentModel;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Commands;

/// <summary>A command that writes registers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WriteCommand : RegisterCommand
{
    private bool _incomplete;

    /// <summary>What to write.</summary>
    [Parameter(ParameterSetName = RegisterSet, Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = TargetSet, Position = 2, Mandatory = true)]
    [ValidateNotNull]
    public NumberArgument Value { get; set; } = new(0);

    /// <summary>Give the access and its answer.</summary>
    [Parameter]
    public SwitchParameter Answer { get; set; }

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected sealed override void Process(ApicVcpu vcpu, RegisterArgument register)
    {
        // Whatever keeps a write from being done (an error, -WhatIf, a fault) keeps the vCPU from being passed on.
        bool before = _incomplete;
        _incomplete = true;
        Access access = Access(register);
        if (!ShouldProcess($"vCPU {vcpu}", access.ToString()))
        {
            return;
        }

        ApicAccess result = Execute(vcpu, access);
        bool refused = result.Outcome is Outcome.Fault or Outcome.Rejected;
        _incomplete = before || refused;
        if (Answer && !refused)
        {
            WriteObject(result);
        }
    }

    private protected abstract Access Access(RegisterArgument register);

    private protected sealed override void Finished(ApicVcpu vcpu)
    {
        if (PassThru && !_incomplete)
        {
            WriteObject(vcpu);
        }

        _incomplete = false;
    }
}
