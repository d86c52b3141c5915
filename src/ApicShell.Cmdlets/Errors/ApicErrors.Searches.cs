using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.Serialization;

namespace ApicShell.Errors;

/// <content>Searches.</content>
internal static partial class ApicErrors
{
    public static ApicException StepNotSearchable(string step, DesignException cause) => new(
        ErrorIds.StepInvalid, ErrorCategory.InvalidData, step, cause.Message, cause);

    public static ApicException AlphabetNotFound(string name, IReadOnlyCollection<string> suggestions) => new(ErrorIds.AlphabetNotFound, ErrorCategory.ObjectNotFound, name,
        $"There is no alphabet \"{name}\". {Meant(suggestions)}Get-ApicAlphabet lists them all.");

    public static ApicException AlphabetEmpty(string design) => new(ErrorIds.AlphabetEmpty, ErrorCategory.InvalidArgument, design,
        $"Design \"{design}\": nothing is left that could be done next. Name an alphabet, give steps by -Step, or exclude less; Get-ApicAlphabet lists what there is.");

    public static ApicException SearchPartInvalid(int part, int count) => new(ErrorIds.SearchPartInvalid, ErrorCategory.InvalidArgument, part,
        $"There is no part {part} of {count}: -Part is from 1 to -Of, and both are given or none.");

    public static ApicException SearchFile(string path, SearchFileException cause) => new(
        cause.Problem is SearchFileProblem.OtherIdentity or SearchFileProblem.OtherPart ? ErrorIds.SearchFileOther : ErrorIds.SearchFileInvalid,
        ErrorCategory.InvalidData, path, $"{cause.Problem}: {cause.Message}", cause);

    public static ApicException NoSearch() => new(ErrorIds.NoSearch, ErrorCategory.ObjectNotFound, null,
        "There was no search in this session yet. Find-ApicDivergence runs one.");

    public static ApicException NoRemedySearch() => new(ErrorIds.NoSearch, ErrorCategory.ObjectNotFound, null,
        "There was no search for remedies in this session yet. Find-ApicRemedy runs one.");

    public static ApicException SearchTextInvalid(string text, string? place, TextFormatException cause) => new(ErrorIds.SearchTextInvalid, ErrorCategory.InvalidData, text,
        $"{(place is null ? "" : $"{place}: ")}\"{text}\" is no result of Find-ApicDivergence: {cause.Problem}: {cause.Message} Give its output, or the Text of it.", cause);

    public static ApicException SearchParts(SearchMergeException cause) => new(
        cause.Problem switch
        {
            SearchMergeProblem.Missing => ErrorIds.SearchPartMissing,
            SearchMergeProblem.Repeated => ErrorIds.SearchPartRepeated,
            _ => ErrorIds.SearchPartForeign,
        },
        ErrorCategory.InvalidData, null, cause.Message, cause);
}
