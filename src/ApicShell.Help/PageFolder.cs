using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ApicShell.Help;

/// <summary>The folder of pages: one a cmdlet, the common texts, and a README that is for their writers.</summary>
internal sealed class PageFolder
{
    private const string CommonFile = "_common.md";
    private const string ReadmeFile = "README.md";
    private readonly string _folder;

    private PageFolder(string folder, IReadOnlyList<HelpPage> pages, IReadOnlyList<HelpEntry> common)
    {
        _folder = folder;
        Pages = pages;
        Common = common;
    }

    internal IReadOnlyList<HelpPage> Pages { get; }

    internal IReadOnlyList<HelpEntry> Common { get; }

    internal string CommonPath => Path.Combine(_folder, CommonFile);

    internal static PageFolder Read(string folder, DiagnosticList diagnostics)
    {
        var parser = new PageParser(diagnostics);
        string common = Path.Combine(folder, CommonFile);
        return new PageFolder(
            folder,
            [.. PagesOf(folder).Select(path => parser.Parse(path, Path.GetFileNameWithoutExtension(path), File.ReadAllLines(path)))],
            File.Exists(common) ? parser.ParseCommon(common, File.ReadAllLines(common)) : []);
    }

    internal string PathOf(string cmdlet) => Path.Combine(_folder, cmdlet + ".md");

    private static IEnumerable<string> PagesOf(string folder) => !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*.md")
        .Where(path => Path.GetFileName(path) is not (CommonFile or ReadmeFile)).Order(StringComparer.Ordinal);
}
