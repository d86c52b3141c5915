using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>The names that a protocol has for numbers of one kind. A number without a name is as good as one with.</summary>
internal sealed class NumberNames
{
    private readonly string _kind;
    private readonly int _bits;

    /// <summary>Names for numbers.</summary>
    /// <param name="kind">What the numbers are, in the singular.</param>
    /// <param name="bits">Their greatest width.</param>
    /// <param name="rows">Name, number and meaning.</param>
    public NumberNames(string kind, int bits, params (string Name, ulong Number, string Meaning)[] rows) => (_kind, _bits, Rows) = (kind, bits, rows);

    /// <summary>Name, number and meaning, in the order of the numbers.</summary>
    public IReadOnlyList<(string Name, ulong Number, string Meaning)> Rows { get; }

    /// <summary>The number that an argument means, by name or by itself.</summary>
    /// <exception cref="ApicException">It is no such name, or wider.</exception>
    public ulong NumberOf(NumberArgument argument)
    {
        if (argument.IsNumber)
        {
            return argument.ToUInt64(_bits);
        }

        string text = argument.ToString().Trim();
        foreach ((string name, ulong number, _) in Rows)
        {
            if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            {
                return number;
            }
        }

        throw ApicErrors.NameUnknown(_kind, text, Suggestion.For(text, Rows.Select(row => row.Name)));
    }

    /// <summary>The name of a number; empty where it has none.</summary>
    public string NameOf(ulong number) => Rows.FirstOrDefault(row => row.Number == number).Name ?? "";

    /// <summary>The name of a number, or the number itself where it has none.</summary>
    public string TextOf(ulong number) => NameOf(number) is { Length: > 0 } name ? name : $"0x{number:X}";
}
