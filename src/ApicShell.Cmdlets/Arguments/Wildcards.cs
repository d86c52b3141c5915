using System.Management.Automation;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>Names with wildcards, as users give them.</summary>
internal static class Wildcards
{
    /// <summary>Whether a text has any.</summary>
    public static bool In(string text) => WildcardPattern.ContainsWildcardCharacters(text);

    /// <summary>The pattern of a text; case does not count.</summary>
    /// <exception cref="ApicException">It is none.</exception>
    public static WildcardPattern Pattern(string text)
    {
        try
        {
            var pattern = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);

            // The engine reads a pattern when it is first matched.
            pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException error)
        {
            throw ApicErrors.WildcardInvalid(text, error);
        }
    }
}
