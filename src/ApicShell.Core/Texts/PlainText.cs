using System.Globalization;
using System.Text;

namespace ApicShell.Texts;

/// <summary>
/// Text that is fit to be shown and written: one line, of letters that are seen. A line break in a comment of a script begins a command, an escape
/// character speaks to the terminal, and a mark that turns the direction of writing shows another text than is there.
/// </summary>
public static class PlainText
{
    /// <summary>The most characters of a name.</summary>
    public const int LongestName = 100;

    /// <summary>The most characters of a title, and of other words about a thing.</summary>
    public const int LongestWords = 2000;

    /// <summary>What stands for a character that cannot be seen.</summary>
    public const char Unseen = '\uFFFD';

    private const char Ellipsis = '…';

    /// <summary>A text made fit: line breaks and tabs are blanks, and other characters that cannot be seen are <see cref="Unseen"/>.</summary>
    public static string Of(string text)
    {
        int first = FirstUnfit(text, 0);
        if (first < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text);
        for (int at = first; at >= 0; at = FirstUnfit(text, at + 1))
        {
            plain[at] = IsBreak(text[at]) ? ' ' : Unseen;
            if (char.IsSurrogatePair(text, at))
            {
                plain[++at] = Unseen;
            }
        }

        return plain.ToString();
    }

    /// <summary>A text made fit, and of so many characters at the most: "…" stands for the rest.</summary>
    public static string Clip(string text, int most)
    {
        if (text.Length <= most)
        {
            return Of(text);
        }

        int end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return Of(text.Substring(0, end)) + Ellipsis;
    }

    /// <summary>Whether a text is fit as it is.</summary>
    public static bool IsPlain(string text) => FirstUnfit(text, 0) < 0;

    /// <summary>Why a text cannot be the name of something; null where it can.</summary>
    public static string? WhyNoName(string text) =>
        text.Trim().Length == 0 ? "a name is not empty" : WhyNot(text, "a name", LongestName);

    /// <summary>Why a text cannot be a title, or other words about something; null where it can. It may be empty.</summary>
    public static string? WhyNoWords(string text) => WhyNot(text, "it", LongestWords);

    private static string? WhyNot(string text, string what, int longest) =>
        text.Length > longest ? $"{what} has at most {longest} characters, and this has {text.Length}"
        : FirstUnfit(text, 0) is var at && at >= 0 ? $"{what} is one line of characters that can be seen, and U+{(int)text[at]:X4} stands at {at + 1}"
        : null;

    private static int FirstUnfit(string text, int start)
    {
        for (int at = start; at < text.Length; at++)
        {
            if (text[at] is >= ' ' and < '\u007F')
            {
                continue;
            }

            // Of two halves of a character this looks at both; half of one alone is a Surrogate.
            if (CharUnicodeInfo.GetUnicodeCategory(text, at) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return at;
            }

            at += char.IsSurrogatePair(text, at) ? 1 : 0;
        }

        return -1;
    }

    private static bool IsBreak(char letter) => letter is (>= '\t' and <= '\r') or '\u0085' or '\u2028' or '\u2029';
}
