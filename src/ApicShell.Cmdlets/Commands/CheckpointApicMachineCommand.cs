using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>Checkpoint-ApicMachine: copies what machines are, to go back to.</summary>
[Cmdlet(VerbsData.Checkpoint, "ApicMachine")]
[OutputType(typeof(ApicCheckpoint))]
public sealed class CheckpointApicMachineCommand : MachineCommand
{
    /// <inheritdoc/>
    protected override void Process(ApicMachine machine) => WriteObject(machine.Checkpoint());
}
