using System.Linq;
using System.Management.Automation.Language;

namespace ApicShell.Completion;

/// <summary>Text that a completion inserts.</summary>
internal static class CompletionText
{
    /// <summary>A text as one argument: quoted unless it is a plain word. PowerShell takes typographic quotation marks for quotes too.</summary>
    public static string Argument(string text) => IsWord(text) ? text : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    private static bool IsWord(string text) =>
        text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_') && text.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
