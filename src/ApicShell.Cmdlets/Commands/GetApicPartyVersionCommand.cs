using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.Firmware;

namespace ApicShell.Commands;

/// <summary>Get-ApicPartyVersion: the versions of the parties.</summary>
[Cmdlet(VerbsCommon.Get, "ApicPartyVersion")]
[OutputType(typeof(ApicPartyVersion))]
public sealed class GetApicPartyVersionCommand : ApicCommand
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The parties; without any, all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [FlatArgument]
    public Party[] Party { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            Guard(() => WriteObject(
                NamedItems.Find(
                    name,
                    State.PartyVersions.Where(version => Party.Length == 0 || Party.Contains(version.Party)),
                    version => version.Name,
                    (missing, near) => ApicErrors.PartyVersionNotFound(Party, missing, near)),
                enumerateCollection: true));
        }
    }
}
