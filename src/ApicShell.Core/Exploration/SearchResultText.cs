using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ApicShell.Exploration;

/// <summary>The result of a search as text fields: what comes out is what went in.</summary>
public static class SearchResultText
{
    private const int HalfDigits = 16;

    /// <summary>Writes a result.</summary>
    public static void Write(SearchResult result, TextFields fields)
    {
        fields.Add("status", result.Status.ToString());
        fields.Add("depth", result.Depth);
        fields.Add("states", result.States);
        fields.Add("successors", result.Successors);
        fields.Add("depths", result.DepthCounts.Select(count => count.ToString(CultureInfo.InvariantCulture)));
        fields.Add("memory", result.MemoryBytes);
        fields.Add("collision", result.CollisionBound.ToString("R", CultureInfo.InvariantCulture));
        fields.Add("identity", result.Identity.ToString());
        fields.Add("part", result.Part);
        fields.Add("of", result.PartCount);
        if (result.Counterexample is { } way)
        {
            fields.Add("property", way.Property);
            fields.Add("canonical", way.IsCanonical ? 1 : 0);
            fields.Add("way", way.Letters.Select(letter => letter.ToString(CultureInfo.InvariantCulture)));
            fields.Add("over", way.States.Select(state => state.ToString()));
        }
    }

    /// <summary>Reads a result.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static SearchResult Read(TextFields fields)
    {
        SearchStatus status = fields.Value<SearchStatus>("status");
        long part = fields.Number("part");
        long partCount = fields.Number("of");
        return new()
        {
            Status = status,
            Depth = (int)Math.Min(fields.Number("depth"), SearchOptions.DepthLimit),
            States = fields.Number("states"),
            Successors = fields.Number("successors"),
            DepthCounts = Numbers(fields, "depths"),
            MemoryBytes = fields.Number("memory"),
            CollisionBound = double.TryParse(fields.Text("collision"), NumberStyles.Float, CultureInfo.InvariantCulture, out double bound)
                ? bound
                : throw fields.Wrong("collision"),
            Identity = Fingerprints(fields.Text("identity"), fields, "identity"),
            Part = part >= 1 && part <= partCount ? (int)part : throw fields.Wrong("part"),
            PartCount = partCount <= ushort.MaxValue + 1 ? (int)partCount : throw fields.Wrong("of"),
            Counterexample = status == SearchStatus.Broken ? Way(fields) : null,
        };
    }

    private static Counterexample Way(TextFields fields)
    {
        int[] letters = [.. Numbers(fields, "way").Select(letter => (int)Math.Min(letter, int.MaxValue))];
        Fingerprint[] states = [.. fields.List("over").Select(state => Fingerprints(state, fields, "over"))];
        return letters.Length > 0 && states.Length == letters.Length
            ? new(letters, (int)fields.Number("property"), states, fields.Number("canonical") != 0)
            : throw fields.Wrong("way");
    }

    private static List<long> Numbers(TextFields fields, string name) =>
        [.. fields.List(name).Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw fields.Wrong(name))];

    private static Fingerprint Fingerprints(string text, TextFields fields, string name)
    {
        ulong[] halves = [0, 0];
        bool isRight = text.Length == 2 * HalfDigits;
        for (int at = 0; isRight && at < text.Length; at++)
        {
            int digit = "0123456789abcdef".IndexOf(text[at]);
            isRight = digit >= 0;
            halves[at / HalfDigits] = (halves[at / HalfDigits] << 4) | (uint)digit;
        }

        return isRight ? new(halves[0], halves[1]) : throw fields.Wrong(name);
    }
}
