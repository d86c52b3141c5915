using System.Collections.Generic;

namespace ApicShell.Help;

/// <summary>A cmdlet as the engine sees it.</summary>
internal sealed record CommandDescription(
    string Name,
    string Verb,
    string Noun,
    IReadOnlyList<ParameterSetDescription> ParameterSets,
    IReadOnlyList<ParameterDescription> Parameters,
    IReadOnlyList<TypeDescription> Inputs,
    IReadOnlyList<TypeDescription> Outputs);

/// <summary>A parameter set, its parameters in the order of the syntax line.</summary>
internal sealed record ParameterSetDescription(string Name, bool IsDefault, IReadOnlyList<ParameterUse> Parameters);

/// <summary>A parameter as it is in one parameter set.</summary>
internal sealed record ParameterUse(ParameterDescription Parameter, bool IsMandatory, int? Position);

/// <summary>
/// A parameter over all its sets: mandatory and position are those of the first set it is in, default set first; pipeline input is what
/// any of the sets takes.
/// </summary>
internal sealed record ParameterDescription(string Name, string TypeName)
{
    internal bool IsMandatory { get; init; }

    internal int? Position { get; init; }

    internal bool ByValue { get; init; }

    internal bool ByPropertyName { get; init; }

    internal bool IsSwitch { get; init; }

    internal bool IsArray { get; init; }

    internal bool AcceptsWildcards { get; init; }

    internal IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The names that an enumeration or a set of valid values allows; empty for every other type.</summary>
    internal IReadOnlyList<string> Values { get; init; } = [];

    internal bool CombinesValues { get; init; }
}

/// <summary>A type that goes in or comes out: as Get-Help shows it, and as a page may call it.</summary>
internal sealed record TypeDescription(string FullName, string ShortName)
{
    internal static TypeDescription None { get; } = new("None", "None");

    /// <summary>Whether only a property of the piped object binds, so that it is listed only where a page has text for it.</summary>
    internal bool IsPropertyOnly { get; init; }
}
