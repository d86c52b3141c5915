using System;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Serialization;

/// <summary>
/// A search and its result as one line of JSON and back. The line is ASCII: it survives files, pipes and remoting as it is.
/// </summary>
public static class SearchText
{
    private const string Format = "apicsearch";
    private const int Version = 3;

    /// <summary>Lines of the first version were no JSON.</summary>
    private const string FirstVersion = Format + "=";

#if NETSTANDARD2_0
    static SearchText() => LibraryFolder.Use();
#endif

    /// <summary>Writes a search.</summary>
    /// <param name="record">The search.</param>
    public static string Write(SearchRecord record) => Form().Write(record);

    /// <summary>Reads a search, and holds it against this program.</summary>
    /// <param name="text">The line.</param>
    /// <exception cref="TextFormatException">It is no search, or not one that this program can explain.</exception>
    public static SearchRecord Read(string text)
    {
        TextForm<SearchRecord> form = Form();
        if (text.TrimStart().StartsWith(FirstVersion, StringComparison.Ordinal))
        {
            throw form.OtherVersion("1");
        }

        SearchRecord record;
        try
        {
            record = form.Read(text);
            record.Verify();
        }
        catch (Exception error) when (error is SearchRecordException or DesignException)
        {
            throw new TextFormatException(TextProblem.Contradiction, error.Message, inner: error);
        }

        return record;
    }

    /// <summary>A method and no field: a field would be made before the libraries can be found.</summary>
    internal static TextForm<SearchRecord> Form() => new(Format, Version, SearchShape.Search, SearchShape.MayLack);
}
