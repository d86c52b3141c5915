using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <summary>The lines that a script gives, as they are compared.</summary>
public static class ScriptLine
{
    /// <summary>What a line has where the source leaves the result open.</summary>
    internal const string Undefined = ",\"undefined\":true";

    private static readonly Regex s_cpuid = new("\"op\":\"cpuid\".*\"leaf\":\"0x([0-9a-f]+)\"", RegexOptions.CultureInvariant);
    private static readonly Regex s_cpuidValue = new("\"(e[abcd]x)\":\"0x([0-9a-f]+)\"", RegexOptions.CultureInvariant);
    private static readonly Regex s_echo = new(
        "^(\\{\"i\":\\d+,\"op\":\"(?!addvcpu)\\w+\")(?:,\"(?:v|off|data|idx|addr|if|auto|size|what)\":(?:\"[^\"]*\"|\\d+))+", RegexOptions.CultureInvariant);

    // A name and a number, a word or a list; of a page's object the fields in it are found.
    private static readonly Regex s_field = new("\"(\\w+)\":(\"[^\"]*\"|\\[[^\\]]*\\]|[-\\w]+)", RegexOptions.CultureInvariant);

    /// <summary>A line as it is compared: without what only repeats the operation, and of a CPUID leaf only the bits that follow the APIC.</summary>
    public static string Comparable(string line) => s_echo.Replace(OfApic(line), "$1", 1);

    /// <summary>Whether two lines say the same. What a source leaves open is like anything.</summary>
    public static bool AreAlike(string first, string second) => string.Equals(first, second, StringComparison.Ordinal)
        || first.EndsWith(Undefined + "}", StringComparison.Ordinal) || second.EndsWith(Undefined + "}", StringComparison.Ordinal)
        || string.Equals(Comparable(first), Comparable(second), StringComparison.Ordinal);

    /// <summary>The fields in which two lines are not the same; those of a page are named by their offsets.</summary>
    public static IEnumerable<string> DifferentFields(string first, string second)
    {
        Dictionary<string, string> ours = Fields(Comparable(first)), theirs = Fields(Comparable(second));
        return ours.Keys.Union(theirs.Keys).Where(name => !ours.TryGetValue(name, out string? our) || !theirs.TryGetValue(name, out string? their) || our != their);
    }

    /// <summary>A field of a line, as it is compared; null where the line has none of that name.</summary>
    public static string? FieldOf(string line, string name) => Fields(Comparable(line)).TryGetValue(name, out string? value) ? value : null;

    /// <summary>A line's fields with their values. A line is an object of numbers, words and lists, with no object in it but that of a page.</summary>
    private static Dictionary<string, string> Fields(string line) =>
        s_field.Matches(line).Cast<Match>().GroupBy(match => match.Groups[1].Value).ToDictionary(same => same.Key, same => same.First().Groups[2].Value);

    private static string OfApic(string line)
    {
        Match leaf = s_cpuid.Match(line);
        if (!leaf.Success)
        {
            return line;
        }

        CpuidLeaf compared = Compared(uint.Parse(leaf.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return s_cpuidValue.Replace(line, value =>
        {
            uint mask = value.Groups[1].Value switch { "eax" => compared.Eax, "ebx" => compared.Ebx, "ecx" => compared.Ecx, _ => compared.Edx };
            uint bits = uint.Parse(value.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return $"\"{value.Groups[1].Value}\":\"0x{bits & mask:x}\"";
        });
    }

    private static CpuidLeaf Compared(uint leaf) => leaf switch
    {
        1 => new(0, 0xFF00_0000, (1u << 21) | (1u << 24), 1u << 9),
        0xB => new(0, 0, 0, uint.MaxValue),
        0x8000_0008 => new(0xFF, 0, 0, 0),
        0x8000_001E => new(uint.MaxValue, 0, 0, 0),
        _ => default,
    };
}
