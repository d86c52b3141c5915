using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>New-ApicMachine: makes a machine, which becomes the current one.</summary>
[Cmdlet(VerbsCommon.New, "ApicMachine", SupportsShouldProcess = true)]
[OutputType(typeof(ApicMachine))]
public sealed class NewApicMachineCommand : NewMachineCommand
{
    /// <summary>Number of vCPUs.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    public int VcpuCount { get; set; } = 1;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Create(Has(nameof(VcpuCount)) ? VcpuCount : null) is { } machine)
        {
            WriteObject(machine);
        }
    }
}
