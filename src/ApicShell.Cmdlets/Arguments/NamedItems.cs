using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>What an argument stands for that is an object, or the name of one with wildcards.</summary>
internal static class NamedItems
{
    /// <summary>The items; none where a name with wildcards matches none.</summary>
    /// <param name="value">What was given.</param>
    /// <param name="all">All that have a name.</param>
    /// <param name="nameOf">The name of one.</param>
    /// <param name="notFound">The error of a name that none has, by the name and what may have been meant.</param>
    /// <exception cref="ApicException">None has this name.</exception>
    public static IReadOnlyList<T> Find<T>(object? value, IEnumerable<T> all, Func<T, string> nameOf, Func<string, string[], ApicException> notFound)
    {
        if (value is T item)
        {
            return [item];
        }

        string text = $"{value}";
        WildcardPattern pattern = Wildcards.Pattern(text);

        // A name may have a backtick, which in a pattern only says that what follows it is meant as it is.
        T[] found = [.. all.Where(one => pattern.IsMatch(nameOf(one)) || string.Equals(nameOf(one), text, StringComparison.OrdinalIgnoreCase))];
        return found.Length != 0 || Wildcards.In(text) ? found : throw notFound(text, Suggestion.For(text, all.Select(nameOf)));
    }
}
