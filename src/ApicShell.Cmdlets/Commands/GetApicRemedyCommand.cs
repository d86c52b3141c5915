using System.Management.Automation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Get-ApicRemedy: what the last search for remedies of the session found, one that was stopped too.</summary>
[Cmdlet(VerbsCommon.Get, "ApicRemedy")]
[OutputType(typeof(ApicRemedyResult))]
public sealed class GetApicRemedyCommand : ApicCommand
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Guard(() => WriteObject(State.LastRemedy ?? throw ApicErrors.NoRemedySearch()));
}
