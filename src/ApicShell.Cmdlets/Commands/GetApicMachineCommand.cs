using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Get-ApicMachine: the machines of the session.</summary>
[Cmdlet(VerbsCommon.Get, "ApicMachine")]
[OutputType(typeof(ApicMachine))]
public sealed class GetApicMachineCommand : ApicCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            Guard(() => WriteObject(NamedItems.Find(name, State.Machines, machine => machine.Name, ApicErrors.MachineNotFound), enumerateCollection: true));
        }
    }
}
