using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Scripts;
using ApicShell.Texts;

namespace ApicShell.Campaigns;

/// <summary>
/// Reads known differences from text. What follows # is a comment.
/// <code>
/// known NAME : EXPLANATION      a difference begins
///   has PATTERN                 an operation that the script has; of several each stands behind the one before
///   shows PATTERN               the operation in which the machines differ; any without
/// </code>
/// </summary>
public static class KnownDifferenceReader
{
    private const string Form = "known NAME : EXPLANATION, and below it has PATTERN or shows PATTERN";

    private static readonly string[] s_words = ["known", "has", "shows"];

    /// <summary>Reads the differences.</summary>
    /// <param name="lines">The lines.</param>
    /// <exception cref="ScriptFormatException">A line is none; the message names it and says what is allowed.</exception>
    public static IReadOnlyList<KnownDifference> Read(IEnumerable<string> lines)
    {
        var known = new List<Entry>();
        int number = 0;
        foreach (string whole in lines)
        {
            number++;
            string line = whole.Split('#')[0].Trim();
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                Read(known, words, line, number);
            }
        }

        foreach (Entry entry in known.Where(entry => entry.Has.Count == 0 && entry.Shows is null))
        {
            throw new ScriptFormatException(entry.Line, entry.Name, $"line {entry.Line}: \"{entry.Name}\" explains every difference: it needs has PATTERN or shows PATTERN.");
        }

        return [.. known.Select(entry => new KnownDifference(entry.Name, entry.Explanation, text => IsIn(text, entry.Has), entry.Shows))];
    }

    private static void Read(List<Entry> known, string[] words, string line, int number)
    {
        if (words[0] == s_words[0])
        {
            int colon = line.IndexOf(" : ", StringComparison.Ordinal);
            if (colon < 0 || words[2] != ":" || words.Length < 4)
            {
                throw new ScriptFormatException(number, "", $"line {number}: \"{line}\" is not written {Form}.");
            }

            if ((PlainText.WhyNoName(words[1]) ?? PlainText.WhyNoWords(line)) is { } why)
            {
                throw new ScriptFormatException(number, words[1], $"line {number}: {why}.");
            }

            if (known.Exists(entry => entry.Name == words[1]))
            {
                throw new ScriptFormatException(number, words[1], $"line {number}: there is a \"{words[1]}\" above.");
            }

            known.Add(new(number, words[1], line.Substring(colon + 3).Trim()));
            return;
        }

        if (!s_words.Contains(words[0]))
        {
            throw new ScriptFormatException(number, words[0], $"line {number}: \"{words[0]}\" begins nothing; it is written {Form}.", s_words);
        }

        if (known.Count == 0 || words.Length < 2)
        {
            throw new ScriptFormatException(number, words[0], $"line {number}: \"{line}\" stands below no difference, or lacks a pattern; it is written {Form}.");
        }

        Entry last = known[known.Count - 1];
        var pattern = ScriptPattern.Read([.. words.Skip(1)], number);
        if (words[0] == "has")
        {
            last.Has.Add(pattern);
        }
        else if (last.Shows is null)
        {
            last.Shows = pattern;
        }
        else
        {
            throw new ScriptFormatException(number, words[0], $"line {number}: \"{last.Name}\" shows in {last.Shows} already; a difference shows in one operation.");
        }
    }

    private static bool IsIn(ScriptText text, List<ScriptPattern> patterns)
    {
        int found = 0;
        foreach (string[] words in text.Operations)
        {
            found += found < patterns.Count && patterns[found].Matches(words) ? 1 : 0;
        }

        return found == patterns.Count;
    }

    private sealed class Entry(int line, string name, string explanation)
    {
        public int Line { get; } = line;

        public string Name { get; } = name;

        public string Explanation { get; } = explanation;

        public List<ScriptPattern> Has { get; } = [];

        public ScriptPattern? Shows { get; set; }
    }
}
