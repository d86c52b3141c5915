using System.Collections;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.Texts;

namespace ApicShell.Commands;

/// <summary>New-ApicChange: makes a change that a party could make.</summary>
[Cmdlet(VerbsCommon.New, "ApicChange", SupportsShouldProcess = true)]
[OutputType(typeof(ApicChange))]
public sealed class NewApicChangeCommand : ApicCommand
{
    /// <summary>The change's name.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Who has to act.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [FlatArgument]
    public Party[] Party { get; set; } = [];

    /// <summary>What is done: a table of knobs.</summary>
    [Parameter(Position = 2, Mandatory = true)]
    [ValidateNotNull]
    public IDictionary Knob { get; set; } = new Hashtable();

    /// <summary>What is done, in one line.</summary>
    [Parameter]
    [ValidateNotNull]
    public string? Title { get; set; }

    /// <summary>What speaks for it.</summary>
    [Parameter]
    [ValidateNotNull]
    public string For { get; set; } = "";

    /// <summary>What speaks against it.</summary>
    [Parameter]
    [ValidateNotNull]
    public string Against { get; set; } = "";

    /// <summary>Where it comes from.</summary>
    [Parameter]
    [ValidateNotNull]
    public string Source { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        GivenText.CheckName("change", Name);
        GivenText.CheckWords(nameof(Title), Title);
        GivenText.CheckWords(nameof(For), For);
        GivenText.CheckWords(nameof(Against), Against);
        GivenText.CheckWords(nameof(Source), Source);
        if (ChangeCatalogue.Find(Name) is not null)
        {
            throw ApicErrors.ChangeNameTaken(Name);
        }

        if (Wildcards.In(Name))
        {
            throw ApicErrors.ChangeInvalid(Name, "a name has no wildcards, for names are looked up with them.");
        }

        Firmware.ApicDesign effect = KnobTable.Read(Name, Knob, State);
        string[] says = [.. DesignKnob.ChangesOf(effect)];
        if (says.Length == 0)
        {
            throw ApicErrors.ChangeInvalid(Name, "it turns no knob. Give it what it does, as @{ SvsmApic = 'EveryVcpu' }; about_ApicDesigns has the knobs.");
        }

        var change = new ApicChange(new(Name, Title ?? PlainText.Clip(string.Join("; ", says), PlainText.LongestWords), [.. Party.Distinct().OrderBy(party => party)], effect)
        {
            For = For,
            Against = Against,
            Source = Source,
            Grade = Source.Length == 0 ? RuleGrade.Inferred : RuleGrade.Documented,
        });
        if (ShouldProcess($"change {Name}", "Make"))
        {
            State.Add(change);
            WriteObject(change);
        }
    });
}
