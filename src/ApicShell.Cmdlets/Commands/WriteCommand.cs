using System.ComponentModel;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>A command that writes registers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WriteCommand : RegisterCommand
{
    private bool _incomplete;

    /// <summary>What to write: one value for all registers, or one for each.</summary>
    [Parameter(ParameterSetName = RegisterSet, Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = TargetSet, Position = 2, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public NumberArgument[] Value { get; set; } = [];

    /// <summary>Give the access and its answer.</summary>
    [Parameter]
    public SwitchParameter Answer { get; set; }

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected sealed override void Process(ApicVcpu vcpu, int index)
    {
        // Whatever keeps a write from being done (an error, -WhatIf, a fault) keeps the vCPU from being passed on.
        bool before = _incomplete;
        _incomplete = true;
        Access access = Access(Register[index], Value.Length == 1 ? Value[0] : Value[index]);
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

    private protected sealed override void Prepare()
    {
        if (Value.Length != 1 && Value.Length != Register.Length)
        {
            throw ApicErrors.ValueCountMismatch(Register.Length, Value.Length);
        }
    }

    private protected abstract Access Access(RegisterArgument register, NumberArgument value);

    private protected sealed override void Finished(ApicVcpu vcpu)
    {
        if (PassThru && !_incomplete)
        {
            WriteObject(vcpu);
        }

        _incomplete = false;
    }
}
