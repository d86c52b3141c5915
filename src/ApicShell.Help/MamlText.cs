using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Help;

/// <summary>Words the parts of a page as Get-Help shows them best: every string is a paragraph, with a blank line after it.</summary>
internal static class MamlText
{
    private const string Indentation = "    ";

    /// <summary>
    /// Paragraphs of blocks. A fenced block is indented and joins the paragraph before it, since Get-Help trims the first line of a
    /// paragraph.
    /// </summary>
    internal static IReadOnlyList<string> Paragraphs(IEnumerable<HelpBlock> blocks)
    {
        var paragraphs = new List<string>();
        foreach (HelpBlock block in blocks)
        {
            if (block.Kind == BlockKind.Text)
            {
                paragraphs.Add(block.Text);
            }
            else if (paragraphs.Count > 0)
            {
                paragraphs[^1] += "\n\n" + Indent(block.Text);
            }
            else
            {
                paragraphs.Add(block.Text);
            }
        }
        return paragraphs;
    }

    /// <summary>The remarks of an example; output that follows the code at once is announced.</summary>
    internal static IReadOnlyList<string> Remarks(IReadOnlyList<HelpBlock> blocks) => blocks.Count > 0 && blocks[0].Kind != BlockKind.Text
        ? Paragraphs([new HelpBlock(BlockKind.Text, blocks[0].Kind == BlockKind.Verbatim ? "Output:" : "Then:", blocks[0].Line), .. blocks])
        : Paragraphs(blocks);

    internal static IEnumerable<string> Errors(IReadOnlyList<HelpError> errors) =>
        errors.Count > 0 ? ["Error ids:\n" + string.Join('\n', errors.Select(error => $"- {error.Id}: {error.Text}"))] : [];

    internal static IEnumerable<string> Values(ParameterDescription parameter) => parameter.Values.Count > 0
        ? [$"{(parameter.CombinesValues ? "Values, which can be combined" : "Values")}: {string.Join(", ", parameter.Values)}."]
        : [];

    internal static string PipelineInput(ParameterDescription parameter) => (parameter.ByValue, parameter.ByPropertyName) switch
    {
        (true, true) => "true (ByValue, ByPropertyName)",
        (true, false) => "true (ByValue)",
        (false, true) => "true (ByPropertyName)",
        _ => "false",
    };

    private static string Indent(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Length > 0 ? Indentation + line : line));
}
