using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>Remove-ApicMachine: forgets a machine.</summary>
[Cmdlet(VerbsCommon.Remove, "ApicMachine", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveApicMachineCommand : MachineCommand
{
    /// <inheritdoc/>
    protected override void Process(ApicMachine machine)
    {
        if (ShouldProcess($"machine {machine.Name}", "Remove"))
        {
            machine.Remove();
        }
    }
}
