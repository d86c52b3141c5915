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
        // What is far longer or shorter is far: it need not be compared letter by letter.
        (string Name, int Distance)[] near = names
            .Where(name => Math.Abs(name.Length - text.Length) <= Farthest(name))
            .Select(name => (Name: name, Distance: Distance(text.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(pair => pair.Distance <= Farthest(pair.Name))
            .ToArray();
        int least = near.Length == 0 ? 0 : near.Min(pair => pair.Distance);
        return near.Where(pair => pair.Distance == least).Take(3).Select(pair => pair.Name).ToArray();
    }

    private static int Farthest(string name) => Math.Max(1, name.Length / 3);

    /// <summary>Insertions, deletions, substitutions and exchanges of neighbours that turn one text into another.</summary>
    private static int Distance(string from, string to)
    {
        int[] older = [];
        int[] old = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] row = new int[to.Length + 1];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], old[j]) + 1, old[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], older[j - 2] + 1);
                }
            }

            (older, old) = (old, row);
        }

        return old[to.Length];
    }
}
