using System.Linq;
using System.Management.Automation;
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
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            ApicMachine[] found = State.Machines.Where(machine => pattern.IsMatch(machine.Name)).ToArray();
            WriteObject(found, enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(ApicErrors.MachineNotFound(name).ToErrorRecord());
            }
        }
    }
}
