namespace ApicShell.Errors;

/// <content>Searches.</content>
public static partial class ErrorIds
{
    /// <summary>No alphabet has this name.</summary>
    public const string AlphabetNotFound = "AlphabetNotFound";

    /// <summary>No step is left that could be done next.</summary>
    public const string AlphabetEmpty = "AlphabetEmpty";

    /// <summary>There is no such part of the search.</summary>
    public const string SearchPartInvalid = "SearchPartInvalid";

    /// <summary>The file to go on with is damaged, or holds no search.</summary>
    public const string SearchFileInvalid = "SearchFileInvalid";

    /// <summary>The file to go on with holds another search, or another part of it.</summary>
    public const string SearchFileOther = "SearchFileOther";

    /// <summary>There was no search in this session yet.</summary>
    public const string NoSearch = "NoSearch";

    /// <summary>What is to be merged is no result of a search.</summary>
    public const string SearchTextInvalid = "SearchTextInvalid";

    /// <summary>Not all parts of a search are there.</summary>
    public const string SearchPartMissing = "SearchPartMissing";

    /// <summary>A part of a search is there several times.</summary>
    public const string SearchPartRepeated = "SearchPartRepeated";

    /// <summary>The parts are of different searches, or of one that was split differently.</summary>
    public const string SearchPartForeign = "SearchPartForeign";
}
