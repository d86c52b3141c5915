using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Get-ApicBoot: what guests do with their APICs while they boot.</summary>
[Cmdlet(VerbsCommon.Get, "ApicBoot")]
[OutputType(typeof(ApicBoot))]
public sealed class GetApicBootCommand : ApicCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(BootCompleter))]
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
                IReadOnlyList<ApicBoot> found = new BootArgument(name).Resolve(State);
                WriteObject(found, enumerateCollection: true);
            });
        }
    }
}
