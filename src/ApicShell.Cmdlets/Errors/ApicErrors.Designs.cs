using System;
using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Firmware;
using ApicShell.Texts;

namespace ApicShell.Errors;

/// <content>Boots, designs and their steps.</content>
internal static partial class ApicErrors
{
    public static ApicException BootNotFound(string name, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.BootNotFound, ErrorCategory.ObjectNotFound, name, $"There is no boot \"{name}\". {Meant(suggestions)}Get-ApicBoot lists them all, and takes wildcards.");

    public static ApicException BootNameTaken(string name) => new(ErrorIds.BootNameTaken, ErrorCategory.ResourceExists, name,
        $"The name \"{name}\" is that of a boot that comes with the module. Choose another; boots of the session alone can be made anew.");

    public static ApicException BootInvalid(string name, PlainMessage what, Exception? cause = null) => new(
        ErrorIds.BootInvalid, ErrorCategory.InvalidData, name, $"Boot \"{name}\": {what}", cause);

    public static ApicException BootFileInvalid(string path, StepFormatException cause) => new(
        ErrorIds.BootInvalid, ErrorCategory.InvalidData, path, $"{cause.Message} {Meant(cause)}".TrimEnd(), cause);

    public static ApicException PhaseNotFound(string who, string phase, IReadOnlyCollection<string> phases) => new(
        ErrorIds.PhaseNotFound, ErrorCategory.ObjectNotFound, phase,
        $"{who}: there is no phase \"{phase}\". {Meant(Suggestion.For(phase, phases))}Phases are {string.Join(", ", phases)}.");

    public static ApicException DesignNotFound(string name, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.DesignNotFound, ErrorCategory.ObjectNotFound, name,
        $"There is no design \"{name}\". {Meant(suggestions)}Get-ApicDesign lists them all, and takes wildcards.");

    public static ApicException WorldNotFound(string name, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.WorldNotFound, ErrorCategory.ObjectNotFound, name,
        $"There is no world \"{name}\". {Meant(suggestions)}Get-ApicWorld lists them all, and takes wildcards.");

    public static ApicException WorldNameTaken(string name) => new(ErrorIds.WorldNameTaken, ErrorCategory.ResourceExists, name,
        $"The name \"{name}\" is that of a world that comes with the module. Choose another; worlds of the session alone can be made anew.");

    public static ApicException ChangeNotFound(string name, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.ChangeNotFound, ErrorCategory.ObjectNotFound, name,
        $"There is no change \"{name}\". {Meant(suggestions)}Get-ApicChange lists them all, and takes wildcards.");

    public static ApicException ChangeNameTaken(string name) => new(ErrorIds.ChangeNameTaken, ErrorCategory.ResourceExists, name,
        $"The name \"{name}\" is that of a change that comes with the module. Choose another; changes of the session alone can be made anew.");

    public static ApicException ChangeInvalid(string name, PlainMessage what, Exception? cause = null) => new(
        ErrorIds.ChangeInvalid, ErrorCategory.InvalidData, name, $"Change \"{name}\": {what}", cause);

    public static ApicException ChangesConflict(string one, string other) => new(
        ErrorIds.ChangesConflict, ErrorCategory.InvalidArgument, other,
        $"Changes {one} and {other} turn the same knob: only one of them can be made.");

    public static ApicException TooManyChanges(int count, int most) => new(
        ErrorIds.TooManyChanges, ErrorCategory.LimitsExceeded, count,
        $"{count} changes can be made in this world, and at the most {most} can be tried. Choose fewer by -Change, or leave some out by -ExcludeChange.");

    public static ApicException PartyVersionNotFound(Party[] parties, string name, IReadOnlyCollection<string> suggestions) => parties.Length == 1
        ? PartyVersionNotFound(parties[0], name, suggestions)
        : new(ErrorIds.PartyVersionNotFound, ErrorCategory.ObjectNotFound, name,
            $"No party has a version \"{name}\". {Meant(suggestions)}Get-ApicPartyVersion lists them all, and takes wildcards.");

    public static ApicException PartyVersionNotFound(Party party, string name, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.PartyVersionNotFound, ErrorCategory.ObjectNotFound, name,
        $"{party} has no version \"{name}\". {Meant(suggestions)}Get-ApicPartyVersion -Party {party} lists them all.");

    public static ApicException PartyVersionNameTaken(Party party, string name) => new(ErrorIds.PartyVersionNameTaken, ErrorCategory.ResourceExists, name,
        $"The name \"{name}\" is that of a version of {party} that comes with the module. Choose another; versions of the session alone can be made anew.");

    public static ApicException PartyVersionOther(ApicPartyVersion version, Party party) => new(
        ErrorIds.PartyVersionNotFound, ErrorCategory.InvalidArgument, version.Name,
        $"{version.Name} is a version of {version.Party}, and one of {party} is wanted. Get-ApicPartyVersion -Party {party} lists them all.");

    public static ApicException NotOne(string name, string what, string lister, int count) => new(ErrorIds.NotOne, ErrorCategory.InvalidArgument, name,
        $"\"{name}\" stands for {count} {what}, and one is wanted. {lister} lists them all.");

    public static ApicException DesignNotOne(string name, int count) => new(ErrorIds.DesignNotFound, ErrorCategory.ObjectNotFound, name,
        $"\"{name}\" stands for {count} designs, and one is wanted. Get-ApicDesign lists them all.");

    public static ApicException DesignNameTaken(string name) => new(ErrorIds.DesignNameTaken, ErrorCategory.ResourceExists, name,
        $"The name \"{name}\" is that of a design that comes with the module. Choose another; designs of the session alone can be made anew.");

    public static ApicException DesignInvalid(string name, PlainMessage what, Exception? cause = null) => new(
        ErrorIds.DesignInvalid, ErrorCategory.InvalidData, name, $"Design \"{name}\": {what}", cause);

    public static ApicException DesignInvalid(DesignException cause) => new(
        ErrorIds.DesignInvalid, ErrorCategory.InvalidData, cause.Design.Name, cause.Message, cause);

    public static ApicException StepInvalid(string where, StepFormatException cause) => new(
        ErrorIds.StepInvalid, ErrorCategory.InvalidData, cause.Text, $"{where}: {cause.Message} {Meant(cause)}".TrimEnd(), cause);

    public static ApicException TooManySteps(string where, int most) => new(
        ErrorIds.StepInvalid, ErrorCategory.LimitsExceeded, most, $"{where}: these are more than {most} steps, which is the most.");

    /// <summary>A sentence on what may have been meant; empty where nothing is near.</summary>
    public static string Meant(IReadOnlyCollection<string> suggestions) => suggestions.Count == 0 ? "" : $"Did you mean {string.Join(" or ", suggestions)}? ";

    private static string Meant(StepFormatException cause) => Meant(Suggestion.For(cause.Word, cause.Allowed)).TrimEnd();
}
