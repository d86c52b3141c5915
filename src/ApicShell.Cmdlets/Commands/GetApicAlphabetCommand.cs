using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Commands;

/// <summary>Get-ApicAlphabet: what searches may do next, and how steps are written.</summary>
[Cmdlet(VerbsCommon.Get, "ApicAlphabet", DefaultParameterSetName = NameSet)]
[OutputType(typeof(ApicAlphabet), typeof(ApicStepForm))]
public sealed class GetApicAlphabetCommand : ApicCommand
{
    private const string NameSet = "Name";
    private const string GrammarSet = "Grammar";

    /// <summary>Names, with wildcards.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(AlphabetCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Every form of a step instead.</summary>
    [Parameter(ParameterSetName = GrammarSet, Mandatory = true)]
    public SwitchParameter Grammar { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Grammar)
        {
            WriteObject(StepGrammar.Forms.Select(form => new ApicStepForm(form)), enumerateCollection: true);
            return;
        }

        foreach (string name in Name)
        {
            Guard(() => WriteObject(
                NamedItems.Find(name, AlphabetCatalogue.All, one => one.Name, ApicErrors.AlphabetNotFound).Select(one => new ApicAlphabet(one)),
                enumerateCollection: true));
        }
    }
}
