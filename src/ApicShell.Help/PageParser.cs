using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace ApicShell.Help;

/// <summary>
/// Makes a help page of a file. A page is a title (the cmdlet's name, which is the file's name as well), a synopsis of one paragraph, and
/// these sections, each at most once and in this order:
/// <list type="bullet">
/// <item><c>## Description</c>, required: paragraphs, list lines, fenced blocks.</item>
/// <item><c>## Parameters</c>: below <c>### Name</c> the text of a parameter, optionally headed by a line <c>Default: value</c>. Parameters
/// that are missing here are taken from <c>_common.md</c>.</item>
/// <item><c>## Inputs</c>, <c>## Outputs</c>: below <c>### Type</c> a text for a type. The types themselves come from the cmdlet.</item>
/// <item><c>## Errors</c>: only lines <c>- `Error.Id`: text</c>.</item>
/// <item><c>## Examples</c>, required: below <c>### Title</c> first a block marked powershell, then remarks; sample output in blocks marked
/// text.</item>
/// <item><c>## Notes</c>: as the description.</item>
/// <item><c>## Links</c>: lines <c>- Name</c>, <c>- address</c> or <c>- Text: address</c>.</item>
/// </list>
/// The page of common texts has the title <c>Common parameters</c> and the one section <c>## Parameters</c>.
/// </summary>
internal sealed partial class PageParser(DiagnosticList diagnostics)
{
    internal const string CommonTitle = "Common parameters";

    private static readonly string[] s_order = ["Description", "Parameters", "Inputs", "Outputs", "Errors", "Examples", "Notes", "Links"];

    /// <summary>Reads the page of one cmdlet.</summary>
    internal HelpPage Parse(string path, string name, IReadOnlyList<string> lines)
    {
        PageSection? page = ReadTitled(path, name, lines);
        if (page is null)
        {
            return new HelpPage(path, name);
        }

        foreach (PageSection part in page.Children)
        {
            CheckPart(path, part, page.Children);
        }

        return new HelpPage(path, name)
        {
            Synopsis = ReadSynopsis(path, page),
            Description = ReadDescription(path, page),
            Parameters = ReadEntries(path, Part(page, "Parameters"), withDefault: true),
            Inputs = ReadEntries(path, Part(page, "Inputs"), withDefault: false),
            Outputs = ReadEntries(path, Part(page, "Outputs"), withDefault: false),
            Errors = ReadErrors(path, Part(page, "Errors")),
            Examples = ReadExamples(path, page),
            Notes = Part(page, "Notes")?.Blocks ?? [],
            Links = ReadLinks(path, Part(page, "Links")),
            Code = [.. page.AllBlocks.Where(block => block.Kind == BlockKind.PowerShell)],
        };
    }

    /// <summary>Reads the page with the texts that cmdlets share.</summary>
    internal IReadOnlyList<HelpEntry> ParseCommon(string path, IReadOnlyList<string> lines)
    {
        PageSection? page = ReadTitled(path, CommonTitle, lines);
        foreach (PageSection part in page?.Children.Where(part => !part.Is("Parameters")) ?? [])
        {
            Malformed(path, part.Line, $"the common page has only '## Parameters', not '## {part.Title}'");
        }

        return ReadEntries(path, page is null ? null : Part(page, "Parameters"), withDefault: true);
    }

    private static PageSection? Part(PageSection page, string title) => page.Children.FirstOrDefault(part => part.Is(title));

    private PageSection? ReadTitled(string path, string title, IReadOnlyList<string> lines)
    {
        PageSection root = new MarkdownReader(path, diagnostics).Read(lines);
        if (root.Children.Count == 1 && root.Blocks.Count == 0 && root.Children[0].Is(title))
        {
            return root.Children[0];
        }

        int line = root.Blocks.Count > 0 ? root.Blocks[0].Line : root.Children.Count > 1 ? root.Children[1].Line : 1;
        Malformed(path, line, $"a page has one title, '# {title}', as its first line");
        return null;
    }

    private void CheckPart(string path, PageSection part, IReadOnlyList<PageSection> parts)
    {
        int position = Array.IndexOf(s_order, part.Title);
        if (position < 0)
        {
            Malformed(path, part.Line, $"'## {part.Title}' is none of {string.Join(", ", s_order)}");
        }
        else if (parts.First(other => other.Is(part.Title)) != part)
        {
            Malformed(path, part.Line, $"'## {part.Title}' stands twice");
        }
        else if (parts.TakeWhile(other => other != part).Any(other => Array.IndexOf(s_order, other.Title) > position))
        {
            Malformed(path, part.Line, $"'## {part.Title}' is out of order: {string.Join(", ", s_order)}");
        }

        if (part.Title is "Description" or "Errors" or "Notes" or "Links")
        {
            foreach (PageSection child in part.Children)
            {
                Malformed(path, child.Line, $"'## {part.Title}' has no headings below it");
            }
        }
        else if (part.Blocks.Count > 0)
        {
            Malformed(path, part.Blocks[0].Line, $"text in '## {part.Title}' belongs below a '###' heading");
        }
        if (part.Blocks.Count == 0 && part.Children.Count == 0)
        {
            Malformed(path, part.Line, $"'## {part.Title}' is empty");
        }
    }

    private string ReadSynopsis(string path, PageSection page)
    {
        if (page.Blocks.Count == 0)
        {
            diagnostics.Add(path, page.Line, DiagnosticCode.MissingPart, "a page starts with a synopsis");
            return "";
        }
        if (page.Blocks.Count > 1)
        {
            Malformed(path, page.Blocks[1].Line, "the synopsis is one paragraph");
        }

        if (page.Blocks[0].Kind != BlockKind.Text || page.Blocks[0].Text.Contains('\n', StringComparison.Ordinal))
        {
            Malformed(path, page.Blocks[0].Line, "the synopsis is plain text");
        }

        return page.Blocks[0].Text;
    }

    private IReadOnlyList<HelpBlock> ReadDescription(string path, PageSection page)
    {
        PageSection? part = Part(page, "Description");
        if (part is null)
        {
            diagnostics.Add(path, page.Line, DiagnosticCode.MissingPart, "a page has a '## Description'");
        }

        return part?.Blocks ?? [];
    }

    private List<HelpEntry> ReadEntries(string path, PageSection? part, bool withDefault)
    {
        var entries = new List<HelpEntry>();
        foreach (PageSection section in part?.Children ?? [])
        {
            if (entries.Exists(entry => string.Equals(entry.Name, section.Title, StringComparison.OrdinalIgnoreCase)))
            {
                Malformed(path, section.Line, $"'### {section.Title}' stands twice");
            }

            entries.Add(ReadEntry(section, withDefault));
        }
        return entries;
    }

    private static HelpEntry ReadEntry(PageSection section, bool withDefault)
    {
        const string Mark = MarkdownReader.DefaultMark;
        HelpBlock? first = section.Blocks.Count > 0 ? section.Blocks[0] : null;
        return withDefault && first is { Kind: BlockKind.Text } && first.Text.StartsWith(Mark, StringComparison.Ordinal)
            ? new HelpEntry(section.Title, section.Line, first.Text[Mark.Length..], [.. section.Blocks.Skip(1)])
            : new HelpEntry(section.Title, section.Line, null, section.Blocks);
    }

    private List<HelpError> ReadErrors(string path, PageSection? part)
    {
        var errors = new List<HelpError>();
        foreach (HelpBlock block in part?.Blocks ?? [])
        {
            foreach (string text in block.Text.Split('\n'))
            {
                Match match = ErrorLine().Match(text);
                if (block.Kind != BlockKind.Text || !match.Success)
                {
                    Malformed(path, block.Line, "an error is a line '- `Error.Id`: text'");
                }
                else if (errors.Exists(error => error.Id == match.Groups[1].Value))
                {
                    Malformed(path, block.Line, $"the error {match.Groups[1].Value} stands twice");
                }
                else
                {
                    errors.Add(new HelpError(match.Groups[1].Value, match.Groups[2].Value));
                }
            }
        }
        return errors;
    }

    private List<HelpExample> ReadExamples(string path, PageSection page)
    {
        var examples = new List<HelpExample>();
        PageSection? part = Part(page, "Examples");
        foreach (PageSection section in part?.Children ?? [])
        {
            if (section.Blocks.Count > 0 && section.Blocks[0].Kind == BlockKind.PowerShell)
            {
                examples.Add(new HelpExample(section.Title, section.Blocks[0], [.. section.Blocks.Skip(1)]));
            }
            else
            {
                diagnostics.Add(path, section.Line, DiagnosticCode.MissingExample, "an example starts with a block marked powershell");
            }
        }
        if (part is null || part.Children.Count == 0)
        {
            diagnostics.Add(path, (part ?? page).Line, DiagnosticCode.MissingExample, "a page has an example below '## Examples'");
        }

        return examples;
    }

    private List<HelpLink> ReadLinks(string path, PageSection? part)
    {
        var links = new List<HelpLink>();
        foreach (HelpBlock block in part?.Blocks ?? [])
        {
            foreach (string text in block.Text.Split('\n'))
            {
                Match match = LinkLine().Match(text);
                if (block.Kind != BlockKind.Text || !match.Success)
                {
                    Malformed(path, block.Line, "a link is a line '- Name', '- address' or '- Text: address'");
                }
                else
                {
                    links.Add(new HelpLink(match.Groups["text"].Value, match.Groups["uri"].Value, block.Line));
                }
            }
        }
        return links;
    }

    private void Malformed(string path, int line, string message) => diagnostics.Add(path, line, DiagnosticCode.Malformed, message);

    [GeneratedRegex(@"^- ([A-Za-z]\w*(?:\.\w+)*): (\S.*)$")]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^- (?:(?<uri>https?://\S+)|(?<text>[\w-]+)|(?<text>\S[^:]*): (?<uri>https?://\S+))$")]
    private static partial Regex LinkLine();
}
