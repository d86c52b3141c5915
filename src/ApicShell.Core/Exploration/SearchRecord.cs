using System;
using System.Linq;

namespace ApicShell.Exploration;

/// <summary>
/// A search and what it found: what is kept of it, and carried from part to part. It has the whole design, so that it can be explained where the design
/// was never made.
/// </summary>
/// <param name="Problem">What was searched.</param>
/// <param name="Result">What was found.</param>
/// <param name="Elapsed">How long it took; of parts the longest.</param>
/// <param name="Rate">Steps tried a second; null where that is not known.</param>
public sealed record SearchRecord(DesignProblem Problem, SearchResult Result, TimeSpan Elapsed, double? Rate)
{
    /// <summary>Holds a record that was made elsewhere against this program: whether its parts fit together, and its search is one of here.</summary>
    /// <exception cref="SearchRecordException">They do not.</exception>
    public void Verify()
    {
        Require(
            Result.PartCount is >= 1 and <= SearchOptions.MostParts, nameof(Result.PartCount), Result.PartCount, $"a number of parts from 1 to {SearchOptions.MostParts}");
        Require(Result.Part >= 1 && Result.Part <= Result.PartCount, nameof(Result.Part), Result.Part, $"a part from 1 to {Result.PartCount}");
        VerifyDepth(Result.Counterexample);
        if (new DesignSpace(Problem).Identity != Result.Identity)
        {
            throw new SearchRecordException(
                nameof(Result.Identity), $"{Result.Identity} stands for another search: another version of ApicShell made it, whose machines are others.");
        }

        VerifyWay(Result.Counterexample);
    }

    private void VerifyDepth(Counterexample? way)
    {
        Require((way is not null) == (Result.Status == SearchStatus.Broken), nameof(Result.Status), Result.Status, "Broken with a counterexample, another without");
        int least = way?.Letters.Count ?? (Result.Status == SearchStatus.Complete ? SearchResult.AnyDepth : 0);
        int most = way is null && Result.Status != SearchStatus.Complete ? SearchOptions.DepthLimit : least;
        Require(
            Result.Depth >= least && Result.Depth <= most, nameof(Result.Depth), Result.Depth,
            least == most ? $"{least} of a search that is {Result.Status}" : $"a depth from {least} to {most}");
    }

    private void VerifyWay(Counterexample? way)
    {
        if (way is null)
        {
            return;
        }

        int letters = Problem.Letters.Count;
        Require(
            way.Letters.All(letter => letter >= 0 && letter < letters), nameof(way.Letters), string.Join(", ", way.Letters), $"letters from 0 to {letters - 1}");
        Require(way.States.Count == way.Letters.Count, nameof(way.States), way.States.Count, $"as many states as letters, {way.Letters.Count}");
        DesignBreak found;
        try
        {
            found = DesignSpace.Explain(Problem, way.Letters).Break;
        }
        catch (ArgumentException error)
        {
            throw new SearchRecordException(nameof(way.Letters), $"{string.Join(", ", way.Letters)} is not a way to a broken property of this search.", error);
        }

        Require(found == (DesignBreak)way.Property, nameof(way.Property), (DesignBreak)way.Property, $"{found}, which its letters break");
    }

    private static void Require(bool right, string member, object value, string allowed)
    {
        if (!right)
        {
            throw new SearchRecordException(member, $"{value} is not {allowed}.");
        }
    }
}
