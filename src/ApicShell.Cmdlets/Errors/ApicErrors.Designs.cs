using System;
using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Firmware;

namespace ApicShell.Errors;

/// <content>Boots, designs and their steps.</content>
internal static partial class ApicErrors
{
    public static ApicException BootNotFound(string name, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.BootNotFound, ErrorCategory.ObjectNotFound, name, $"There is no boot \"{name}\". {Meant(suggestions)}Get-ApicBoot lists them all, and takes wildcards.");

    public static ApicException BootNameTaken(string name) => new(ErrorIds.BootNameTaken, ErrorCategory.ResourceExists, name,
        $"The name \"{name}\" is that of a boot that comes with the module. Choose another; boots of the session alone can be made anew.");

    public static ApicException BootInvalid(string name, string what, Exception? cause = null) => new(
        ErrorIds.BootInvalid, ErrorCategory.InvalidData, name, $"Boot \"{name}\": {what}", cause);

    public static ApicException BootFileInvalid(string path, StepFormatException cause) => new(
        ErrorIds.BootInvalid, ErrorCategory.InvalidData, path, $"{cause.Message} {Meant(cause)}".TrimEnd(), cause);

    public static ApicException BootFileUnreadable(string path, Exception? cause) => new(
        ErrorIds.BootFileUnreadable, ErrorCategory.ReadError, path, cause is null ? $"There is no file \"{path}\"." : $"{path}: {cause.Message}", cause);

    public static ApicException PhaseNotFound(string who, string phase, IReadOnlyCollection<string> phases) => new(
        ErrorIds.PhaseNotFound, ErrorCategory.ObjectNotFound, phase,
        $"{who}: there is no phase \"{phase}\". {Meant(Suggestion.For(phase, phases))}Phases are {string.Join(", ", phases)}.");

    public static ApicException DesignNotFound(string name, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.DesignNotFound, ErrorCategory.ObjectNotFound, name,
        $"There is no design \"{name}\". {Meant(suggestions)}Get-ApicDesign lists them all, and takes wildcards.");

    public static ApicException DesignNotOne(string name, int count) => new(ErrorIds.DesignNotFound, ErrorCategory.ObjectNotFound, name,
        $"\"{name}\" stands for {count} designs, and one is wanted. Get-ApicDesign lists them all.");

    public static ApicException DesignNameTaken(string name) => new(ErrorIds.DesignNameTaken, ErrorCategory.ResourceExists, name,
        $"The name \"{name}\" is that of a design that comes with the module. Choose another; designs of the session alone can be made anew.");

    public static ApicException DesignInvalid(string name, string what, Exception? cause = null) => new(
        ErrorIds.DesignInvalid, ErrorCategory.InvalidData, name, $"Design \"{name}\": {what}", cause);

    public static ApicException DesignInvalid(DesignException cause) => new(
        ErrorIds.DesignInvalid, ErrorCategory.InvalidData, cause.Design.Name, cause.Message, cause);

    public static ApicException StepInvalid(string where, StepFormatException cause) => new(
        ErrorIds.StepInvalid, ErrorCategory.InvalidData, cause.Text, $"{where}: {cause.Message} {Meant(cause)}".TrimEnd(), cause);

    /// <summary>A sentence on what may have been meant; empty where nothing is near.</summary>
    public static string Meant(IReadOnlyCollection<string> suggestions) => suggestions.Count == 0 ? "" : $"Did you mean {string.Join(" or ", suggestions)}? ";

    private static string Meant(StepFormatException cause) => Meant(Suggestion.For(cause.Word, cause.Allowed)).TrimEnd();
}
