using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Restore-ApicMachine: takes machines back to a checkpoint.</summary>
[Cmdlet(VerbsData.Restore, "ApicMachine", SupportsShouldProcess = true)]
[OutputType(typeof(ApicMachine))]
public sealed class RestoreApicMachineCommand : ApicCommand
{
    /// <summary>The checkpoints.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public ApicCheckpoint[] Checkpoint { get; set; } = [];

    /// <summary>The machine; without one, the machine that a checkpoint was taken of.</summary>
    [Parameter(Position = 1)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNull]
    public ApicMachine? Machine { get; set; }

    /// <summary>Pass the machine on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (ApicCheckpoint checkpoint in Checkpoint)
        {
            Guard(() => Restore(Machine ?? checkpoint.Machine, checkpoint));
        }
    }

    private void Restore(ApicMachine machine, ApicCheckpoint checkpoint)
    {
        if (machine.IsRemoved)
        {
            throw ApicErrors.MachineRemoved(machine);
        }

        if (!machine.IsMadeLike(checkpoint))
        {
            throw ApicErrors.CheckpointMismatch(checkpoint, machine);
        }

        if (!ShouldProcess($"machine {machine.Name}", $"Restore checkpoint {checkpoint} at {checkpoint.Clock} ns"))
        {
            return;
        }

        machine.Restore(checkpoint);
        if (PassThru)
        {
            WriteObject(machine);
        }
    }
}
