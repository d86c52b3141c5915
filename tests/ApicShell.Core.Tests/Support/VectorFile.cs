using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace ApicShell.Tests;

/// <summary>Reads the files under tests/Vectors.</summary>
internal static class VectorFile
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Vectors", name);

    /// <summary>The lines that are no comment and not empty, with their numbers; never none.</summary>
    public static IReadOnlyList<(int Number, string Line)> Lines(string name)
    {
        (int Number, string Line)[] lines = File.ReadAllLines(PathOf(name))
            .Select((line, index) => (Number: index + 1, Line: line.Split('#')[0].Trim()))
            .Where(pair => pair.Line.Length > 0)
            .ToArray();
        return lines.Length > 0 ? lines : throw new InvalidDataException($"{name} has no vectors.");
    }

    public static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static ulong Number(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.Parse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : ulong.Parse(text, CultureInfo.InvariantCulture);
}
