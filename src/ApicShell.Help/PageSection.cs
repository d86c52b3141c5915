using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Help;

/// <summary>A heading with the text up to the next heading, and with the headings one level below it.</summary>
internal sealed class PageSection(int level, string title, int line)
{
    private readonly List<HelpBlock> _blocks = [];
    private readonly List<PageSection> _children = [];

    internal int Level { get; } = level;

    internal string Title { get; } = title;

    internal int Line { get; } = line;

    internal IReadOnlyList<HelpBlock> Blocks => _blocks;

    internal IReadOnlyList<PageSection> Children => _children;

    internal IEnumerable<HelpBlock> AllBlocks => _blocks.Concat(_children.SelectMany(child => child.AllBlocks));

    internal void Add(HelpBlock block) => _blocks.Add(block);

    internal void Add(PageSection child) => _children.Add(child);

    internal bool Is(string title) => string.Equals(Title, title, StringComparison.Ordinal);
}
