using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Arguments;

/// <summary>What a misspelled name may have meant.</summary>
internal static class Suggestion
{
    /// <summary>Up to three names that are closest to what was typed, none that is far from it.</summary>
    public static string[] For(string text, IEnumerable<string> names)
    {
        (string Name, int Distance)[] near = names
            .Select(name => (Name: name, Distance: Distance(text.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(pair => pair.Distance <= Math.Max(1, pair.Name.Length / 3))
            .ToArray();
        int least = near.Length == 0 ? 0 : near.Min(pair => pair.Distance);
        return near.Where(pair => pair.Distance == least).Take(3).Select(pair => pair.Name).ToArray();
    }

    /// <summary>Insertions, deletions and substitutions that turn one text into another.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[to.Length];
    }
}
