using System.Collections.Generic;

namespace ApicShell.Help;

/// <summary>What a block of a page is: flowing text with its list lines, or a fenced block that stays as it is.</summary>
internal enum BlockKind
{
    Text,
    PowerShell,
    Verbatim,
}

/// <summary>A paragraph (its list lines separated by line feeds) or a fenced block; the line is that of its first line of text.</summary>
internal sealed record HelpBlock(BlockKind Kind, string Text, int Line);

/// <summary>A named piece of text: a parameter, a type that goes in or comes out.</summary>
internal sealed record HelpEntry(string Name, int Line, string? DefaultValue, IReadOnlyList<HelpBlock> Text);

/// <summary>An error id that a cmdlet answers with, and what it means.</summary>
internal sealed record HelpError(string Id, string Text);

/// <summary>An example: its code, and what follows it.</summary>
internal sealed record HelpExample(string Title, HelpBlock Code, IReadOnlyList<HelpBlock> Remarks);

/// <summary>A related command, topic or address.</summary>
internal sealed record HelpLink(string Text, string Uri, int Line);

/// <summary>What a person wrote about one cmdlet.</summary>
internal sealed record HelpPage(string Path, string Name)
{
    internal string Synopsis { get; init; } = "";

    internal IReadOnlyList<HelpBlock> Description { get; init; } = [];

    internal IReadOnlyList<HelpEntry> Parameters { get; init; } = [];

    internal IReadOnlyList<HelpEntry> Inputs { get; init; } = [];

    internal IReadOnlyList<HelpEntry> Outputs { get; init; } = [];

    internal IReadOnlyList<HelpError> Errors { get; init; } = [];

    internal IReadOnlyList<HelpExample> Examples { get; init; } = [];

    internal IReadOnlyList<HelpBlock> Notes { get; init; } = [];

    internal IReadOnlyList<HelpLink> Links { get; init; } = [];

    /// <summary>Every fenced PowerShell block of the page, wherever it stands.</summary>
    internal IReadOnlyList<HelpBlock> Code { get; init; } = [];
}
