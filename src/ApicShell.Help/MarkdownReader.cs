using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace ApicShell.Help;

/// <summary>
/// Cuts a page into sections and blocks. It knows the little of Markdown that a help page needs and refuses the rest aloud, because
/// Get-Help would show the marks as they are.
/// </summary>
internal sealed partial class MarkdownReader(string path, DiagnosticList diagnostics)
{
    /// <summary>What a line starts with that gives a default value: a paragraph of its own, whatever follows.</summary>
    internal const string DefaultMark = "Default: ";

    private const string Fence = "```";
    private readonly List<string> _paragraph = [];
    private readonly List<string> _fenced = [];
    private int _paragraphLine;
    private int _fenceLine;
    private BlockKind? _fenceKind;

    /// <summary>Reads the lines below an unnamed section of level zero, whose one child is the page's title.</summary>
    internal PageSection Read(IReadOnlyList<string> lines)
    {
        var open = new Stack<PageSection>([new PageSection(0, "", 1)]);
        for (int index = 0; index < lines.Count; index++)
        {
            ReadLine(lines[index].TrimEnd(), index + 1, open);
        }

        if (_fenceKind is not null)
        {
            Malformed(_fenceLine, "the fenced block is not closed");
        }

        EndParagraph(open.Peek());
        while (open.Count > 1)
        {
            open.Pop();
        }

        return open.Pop();
    }

    private void ReadLine(string text, int line, Stack<PageSection> open)
    {
        if (_fenceKind is not null)
        {
            ReadFenced(text, open.Peek());
        }
        else if (text.StartsWith(Fence, StringComparison.Ordinal))
        {
            EndParagraph(open.Peek());
            OpenFence(text[Fence.Length..], line);
        }
        else if (Heading().Match(text) is { Success: true } heading)
        {
            EndParagraph(open.Peek());
            OpenSection(heading.Groups[1].Length, Plain(heading.Groups[2].Value, line), line, open);
        }
        else if (text.Length == 0)
        {
            EndParagraph(open.Peek());
        }
        else
        {
            ReadText(text, line);
            if (_paragraphLine == line && text.StartsWith(DefaultMark, StringComparison.Ordinal))
            {
                EndParagraph(open.Peek());
            }
        }
    }

    private void OpenSection(int level, string title, int line, Stack<PageSection> open)
    {
        while (open.Peek().Level >= level)
        {
            open.Pop();
        }

        if (level > 3)
        {
            Malformed(line, "headings go three levels deep");
        }
        else if (open.Peek().Level != level - 1)
        {
            Malformed(line, $"a heading of level {level} cannot stand below one of level {open.Peek().Level}");
        }

        var section = new PageSection(level, title, line);
        open.Peek().Add(section);
        open.Push(section);
    }

    private void OpenFence(string language, int line)
    {
        if (language is not ("powershell" or "text"))
        {
            Malformed(line, "a fenced block is marked powershell or text");
        }

        _fenceLine = line;
        _fenceKind = language == "powershell" ? BlockKind.PowerShell : BlockKind.Verbatim;
    }

    private void ReadFenced(string text, PageSection section)
    {
        if (text != Fence)
        {
            _fenced.Add(text);
            return;
        }
        if (_fenced.TrueForAll(string.IsNullOrEmpty))
        {
            Malformed(_fenceLine, "the fenced block is empty");
        }

        section.Add(new HelpBlock(_fenceKind!.Value, string.Join('\n', _fenced), _fenceLine + 1));
        _fenced.Clear();
        _fenceKind = null;
    }

    private void ReadText(string text, int line)
    {
        if (Foreign().IsMatch(text))
        {
            Malformed(line, "tables, quotes, rules and lists with other marks than '- ' or '1. ' cannot be shown by Get-Help");
        }

        string plain = Plain(text, line);
        if (_paragraph.Count == 0)
        {
            _paragraphLine = line;
        }

        if (_paragraph.Count == 0 || ListItem().IsMatch(text))
        {
            _paragraph.Add(plain);
        }
        else
        {
            _paragraph[^1] += " " + plain.TrimStart();
        }
    }

    private void EndParagraph(PageSection section)
    {
        if (_paragraph.Count > 0)
        {
            section.Add(new HelpBlock(BlockKind.Text, string.Join('\n', _paragraph), _paragraphLine));
        }

        _paragraph.Clear();
    }

    /// <summary>Drops the marks of inline code, and refuses every other mark outside of it.</summary>
    private string Plain(string text, int line)
    {
        string outside = InlineCode().Replace(text, "");
        if (outside.Contains('`', StringComparison.Ordinal))
        {
            Malformed(line, "inline code is opened and not closed");
        }

        if (Mark().IsMatch(outside))
        {
            Malformed(line, "bold text and links cannot be shown by Get-Help; links belong below '## Links'");
        }

        return InlineCode().Replace(text, "$1");
    }

    private void Malformed(int line, string message) => diagnostics.Add(path, line, DiagnosticCode.Malformed, message);

    [GeneratedRegex(@"^(#+)\s+(.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s*(-|\d+\.)\s")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"^\s*(\||>|[*+]\s|---|\*\*\*|<!--)")]
    private static partial Regex Foreign();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\*\*|__|\]\(")]
    private static partial Regex Mark();
}
