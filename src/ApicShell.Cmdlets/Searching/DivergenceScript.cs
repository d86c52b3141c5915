using System.Collections.Generic;
using System.Linq;
using ApicShell.Exploration;
using ApicShell.Texts;

namespace ApicShell.Searching;

/// <summary>A script that does again what a search found.</summary>
internal static class DivergenceScript
{
    private const int LineWidth = 116;

    /// <summary>The script.</summary>
    public static string Of(DivergencePath path, string verdict) => string.Concat(Lines(path, verdict).Select(line => line + "\n"));

    private static IEnumerable<string> Lines(DivergencePath path, string verdict)
    {
        foreach (string line in Comment($"Design {DivergenceVerdict.Subject(path.Problem.Design)}: {path.Problem.Design.Title}")
            .Concat(Comment($"Found by Find-ApicDivergence: {verdict}. Run it in a session with the module ApicShell.")))
        {
            yield return line;
        }

        foreach (string line in path.Before.SelectMany(part => Part(part.Title, part)))
        {
            yield return line;
        }

        int number = 0;
        foreach (string line in path.Steps.SelectMany(part => Part($"{++number}. {part.Title}", part)))
        {
            yield return line;
        }

        yield return "";
        foreach (string line in Comment($"Property {BrokenStepText.PropertyOf(path.Broken.Break)} is broken: {BrokenStepText.Of(path.Broken)}."))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Part(string title, PathPart part) => Comment(title).Prepend("").Concat(part.Commands);

    private static IEnumerable<string> Comment(string text) => ViewText.Folded(PlainText.Of(text), LineWidth).Select(line => $"# {line}");
}
