using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Get-ApicDesign: the candidate fixes.</summary>
[Cmdlet(VerbsCommon.Get, "ApicDesign")]
[OutputType(typeof(ApicDesign))]
public sealed class GetApicDesignCommand : ApicCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(DesignCompleter))]
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
                IReadOnlyList<ApicDesign> found = new DesignArgument(name).Resolve(State);
                WriteObject(found, enumerateCollection: true);
            });
        }
    }
}
