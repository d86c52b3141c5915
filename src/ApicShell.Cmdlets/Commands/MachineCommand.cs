using System.ComponentModel;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>A command on machines, given by handle or name; without any, on the newest.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MachineCommand : ApicCommand
{
    /// <summary>The machines.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual ApicMachine[]? Machine { get; set; }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(() =>
    {
        foreach (ApicMachine machine in Machine ?? [CurrentMachine])
        {
            Guard(() =>
            {
                if (machine.IsRemoved)
                {
                    throw ApicErrors.MachineRemoved(machine);
                }

                Process(machine);
            });
        }
    });

    /// <summary>Does the work on one machine.</summary>
    /// <param name="machine">The machine; it is present.</param>
    protected abstract void Process(ApicMachine machine);
}
