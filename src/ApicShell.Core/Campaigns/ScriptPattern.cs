using System.Collections.Generic;
using System.Linq;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>
/// What operations are meant: the words of one, of which each may be <c>*</c> for any, <c>LEAST..MOST</c> for the numbers between, or <c>BITS/MASK</c> for the numbers
/// that have these bits of the mask. Words at the end may be left out, and then are any.
/// </summary>
public sealed class ScriptPattern
{
    private const string Any = "*";

    private static readonly string[] s_range = [".."];

    private readonly string[] _words;

    private ScriptPattern(string[] words) => _words = words;

    /// <summary>Whether an operation is meant.</summary>
    /// <param name="words">Its words.</param>
    public bool Matches(IReadOnlyList<string> words) => words.Count >= _words.Length && Enumerable.Range(0, _words.Length).All(at => Matches(_words[at], words[at]));

    /// <summary>Its text.</summary>
    public override string ToString() => string.Join(" ", _words);

    /// <summary>Reads a pattern.</summary>
    /// <param name="words">Its words, one at the least.</param>
    /// <param name="line">The line it stands in, for errors.</param>
    internal static ScriptPattern Read(string[] words, int line)
    {
        ScriptForm? form = ScriptGrammar.Find(words[0]);
        if (form is null && words[0] != Any)
        {
            string[] all = [Any, .. ScriptGrammar.Forms.Select(one => one.Word)];
            throw new ScriptFormatException(line, words[0], $"line {line}: \"{words[0]}\" is no operation; there are {string.Join(", ", all)}.", all);
        }

        if (form is { Repeats: false } && words.Length - 1 > form.Operands.Count)
        {
            throw new ScriptFormatException(line, "", $"line {line}: \"{string.Join(" ", words)}\" has more words than {form.Usage}.");
        }

        for (int at = 1; at < words.Length; at++)
        {
            ScriptOperand? operand = form?.Operands[form.Repeats ? 0 : at - 1];
            bool isWord = operand is null || operand.Words.Contains(words[at]);
            if (words[at] != Any && !isWord && Numbers(words[at]) is null)
            {
                throw new ScriptFormatException(
                    line, words[at], $"line {line}: \"{words[at]}\" stands for no {operand!.Name}: *, {operand.Allowed}, LEAST..MOST or BITS/MASK.", operand.Words);
            }
        }

        return new(words);
    }

    private static bool Matches(string pattern, string word) => pattern == Any || pattern == word
        || (ScriptOperand.TryNumber(word, out ulong number) && Numbers(pattern) is { } wanted
            && (wanted.Mask is { } mask ? (number & mask) == wanted.Least : number >= wanted.Least && number <= wanted.Most));

    private static (ulong Least, ulong Most, ulong? Mask)? Numbers(string pattern)
    {
        string[] range = pattern.Split(s_range, System.StringSplitOptions.None);
        string[] bits = pattern.Split('/');
        return range.Length == 2 && ScriptOperand.TryNumber(range[0], out ulong least) && ScriptOperand.TryNumber(range[1], out ulong most) ? (least, most, null)
            : bits.Length == 2 && ScriptOperand.TryNumber(bits[0], out ulong value) && ScriptOperand.TryNumber(bits[1], out ulong mask) ? (value, value, mask)
            : ScriptOperand.TryNumber(pattern, out ulong number) ? (number, number, null)
            : null;
    }
}
