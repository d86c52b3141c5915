using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.Firmware;

namespace ApicShell.Commands;

/// <summary>New-ApicPartyVersion: makes a version of a party from another one.</summary>
[Cmdlet(VerbsCommon.New, "ApicPartyVersion", SupportsShouldProcess = true)]
[OutputType(typeof(ApicPartyVersion))]
public sealed class NewApicPartyVersionCommand : ApicCommand
{
    /// <summary>The party.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [FlatArgument]
    public Party Party { get; set; }

    /// <summary>The version's name.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>What it does: a table of knobs.</summary>
    [Parameter(Position = 2)]
    [ValidateNotNull]
    public IDictionary Knob { get; set; } = new Hashtable();

    /// <summary>The version that it is made from; without one it does nothing but what is said.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [ValidateNotNull]
    public PartyVersionArgument? From { get; set; }

    /// <summary>What it is, in one line.</summary>
    [Parameter]
    [ValidateNotNull]
    public string? Title { get; set; }

    /// <summary>Of when it is.</summary>
    [Parameter]
    [ValidateNotNull]
    public string Date { get; set; } = "";

    /// <summary>What it does otherwise, in a sentence.</summary>
    [Parameter]
    [ValidateNotNull]
    public string? Text { get; set; }

    /// <summary>Where that was read.</summary>
    [Parameter]
    [ValidateNotNull]
    public string Source { get; set; } = "";

    /// <summary>Conditions that cannot happen for it.</summary>
    [Parameter]
    [ValidateNotNull]
    [FlatArgument]
    public DesignCondition[] Excludes { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        GivenText.CheckName("version", Name);
        GivenText.CheckWords(nameof(Title), Title);
        GivenText.CheckWords(nameof(Date), Date);
        GivenText.CheckWords(nameof(Text), Text);
        GivenText.CheckWords(nameof(Source), Source);
        if (PartyCatalogue.Find(Party, Name) is not null)
        {
            throw ApicErrors.PartyVersionNameTaken(Party, Name);
        }

        var version = new ApicPartyVersion(Made());
        if (ShouldProcess($"version {Name} of {Party}", From is null ? "Make" : $"Make from {From}"))
        {
            State.Add(version);
            WriteObject(version);
        }
    });

    private PartyVersion Made()
    {
        PartyVersion? based = From?.ResolveOne(State, Party).Core;
        Firmware.ApicDesign effect = KnobTable.Read(Name, Knob, State);
        string[] says = [.. DesignKnob.ChangesOf(effect)];
        string source = Source.Length == 0 ? "the session" : Source;
        RuleGrade grade = Source.Length == 0 ? RuleGrade.Inferred : RuleGrade.Documented;
        List<PartyTrait> traits = [.. based?.Traits ?? []];
        if (says.Length != 0 || Text is not null)
        {
            traits.Add(new(Text ?? string.Join("; ", says), source, grade, effect));
        }

        traits.AddRange(Excludes.Select(condition => new PartyTrait($"{condition} cannot happen.", source, grade, new()) { Excludes = condition }));
        return new(Party, Name, Title ?? (based is null ? $"a version of {Party}" : $"made from {based.Name}"), Date, traits);
    }
}
