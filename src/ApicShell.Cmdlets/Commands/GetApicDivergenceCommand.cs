using System.Management.Automation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Get-ApicDivergence: what the last search of the session found, one that was stopped too.</summary>
[Cmdlet(VerbsCommon.Get, "ApicDivergence")]
[OutputType(typeof(ApicDivergence))]
public sealed class GetApicDivergenceCommand : ApicCommand
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Guard(() => WriteObject(State.LastDivergence ?? throw ApicErrors.NoSearch()));
}
