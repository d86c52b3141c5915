using System.ComponentModel;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>A command that reads registers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ReadCommand : RegisterCommand
{
    /// <summary>Give the bare number.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <inheritdoc/>
    protected sealed override void Process(ApicVcpu vcpu, int index)
    {
        ApicAccess result = Execute(vcpu, Access(Register[index]));
        if (result.Outcome is Outcome.Fault or Outcome.Rejected)
        {
            return;
        }

        if (!Raw)
        {
            WriteObject(result);
        }
        else if (result.Value is { } value)
        {
            WriteObject(value);
        }
        else
        {
            WriteError(ApicErrors.OfAccess(result));
        }
    }

    private protected abstract Access Access(RegisterArgument register);
}
