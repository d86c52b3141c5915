using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Get-ApicChange: what a party could do otherwise.</summary>
[Cmdlet(VerbsCommon.Get, "ApicChange")]
[OutputType(typeof(ApicChange))]
public sealed class GetApicChangeCommand : ApicCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ChangeCompleter))]
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
                IReadOnlyList<ApicChange> found = new ChangeArgument(name).Resolve(State);
                WriteObject(found, enumerateCollection: true);
            });
        }
    }
}
