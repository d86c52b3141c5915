using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Get-ApicRule: the rules by which accesses end.</summary>
[Cmdlet(VerbsCommon.Get, "ApicRule")]
[OutputType(typeof(Rule))]
public sealed class GetApicRuleCommand : ApicCommand
{
    /// <summary>Ids, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(RuleCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = ["*"];

    /// <summary>Only rules of these grades.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [FlatArgument]
    public RuleGrade[]? Grade { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in Id)
        {
            Guard(() => WriteObject(
                NamedItems.Find(id, RuleBook.All.Where(rule => rule.Id != nameof(RuleId.None)), rule => rule.Id, ApicErrors.RuleNotFound)
                    .Where(rule => Grade is null || Grade.Contains(rule.Grade)),
                enumerateCollection: true));
        }
    }
}
