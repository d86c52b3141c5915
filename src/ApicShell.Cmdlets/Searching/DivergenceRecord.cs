using System;
using ApicShell.Errors;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Searching;

/// <summary>A search and its result, as one line of text and back: what jobs, remoting and files carry from part to part.</summary>
internal sealed class DivergenceRecord(DesignProblem problem, SearchResult result, TimeSpan elapsed, double? rate)
{
    private const string Mark = "apicsearch";
    private const string Version = "1";

    /// <summary>What was searched.</summary>
    public DesignProblem Problem => problem;

    /// <summary>What was found.</summary>
    public SearchResult Result => result;

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed => elapsed;

    /// <summary>Steps tried a second; null where that is not known.</summary>
    public double? Rate => rate;

    /// <summary>The line.</summary>
    public string Write()
    {
        var fields = new TextFields();
        fields.Add(Mark, Version);
        fields.Add("elapsed", Elapsed.Ticks);
        fields.Add("rate", (long)(Rate ?? 0));
        SearchResultText.Write(Result, fields);
        DesignProblemText.Write(Problem, fields);
        return fields.ToString();
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="ApicException">It is no search, or not one that this version can explain.</exception>
    public static DivergenceRecord Read(string line)
    {
        try
        {
            if (!line.TrimStart().StartsWith($"{Mark}={Version}&", StringComparison.Ordinal))
            {
                throw new FormatException($"It does not begin with {Mark}={Version}.");
            }

            var fields = TextFields.Parse(line);
            SearchResult found = SearchResultText.Read(fields);
            DesignProblem searched = DesignProblemText.Read(fields);
            if (new DesignSpace(searched).Identity != found.Identity)
            {
                throw new FormatException("Another version of ApicShell made it, whose machines are others.");
            }

            long speed = fields.Number("rate");
            return new(searched, found, TimeSpan.FromTicks(fields.Number("elapsed")), speed == 0 ? null : speed);
        }
        catch (Exception error) when (error is FormatException or DesignException or ArgumentException)
        {
            throw ApicErrors.SearchTextInvalid(line, error);
        }
    }
}
