using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Get-ApicWorld: the worlds.</summary>
[Cmdlet(VerbsCommon.Get, "ApicWorld")]
[OutputType(typeof(ApicWorld))]
public sealed class GetApicWorldCommand : ApicCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(WorldCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            Guard(() =>
            {
                IReadOnlyList<ApicWorld> found = new WorldArgument(name).Resolve(State);
                WriteObject(found, enumerateCollection: true);
            });
        }
    }
}
