using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;

namespace ApicShell.Host;

/// <summary>
/// Turns words of the command line into a script's arguments, by the rules of <c>pwsh -File</c>: values are text, only
/// <c>-Switch:$true</c> and <c>-Switch:$false</c> become booleans. One thing is kinder: <c>-5</c> is a value, not a parameter.
/// </summary>
internal static class ScriptArguments
{
    public static IEnumerable<CommandParameter> Parse(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            int colon = word.IndexOf(':', StringComparison.Ordinal);
            string name = colon < 0 ? word : word[..colon];
            bool valueIsNext = colon == word.Length - 1 && i + 1 < words.Count;

            if (!IsParameter(name))
                yield return new CommandParameter(null, word);
            else if (valueIsNext)
                yield return new CommandParameter(name, words[++i]);
            else if (colon >= 0 && colon < word.Length - 1)
                yield return new CommandParameter(name, ToValue(word[(colon + 1)..]));
            else
                yield return new CommandParameter(name); // The engine knows: a switch, or its value comes next.
        }
    }

    private static bool IsParameter(string name) =>
        name.Length > 1 && name[0] == '-'
        && (char.IsLetter(name[1]) || name[1] is '_' or '?')
        && name.Skip(2).All(c => char.IsLetterOrDigit(c) || c == '_');

    private static object ToValue(string text) => text.TrimStart('$').ToUpperInvariant() switch
    {
        "TRUE" => true,
        "FALSE" => false,
        _ => text,
    };
}
