using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Serialization;

/// <summary>What the text of a search has beside what the compiler finds: every member must be there but those that have no value.</summary>
internal static class SearchShape
{
    private static readonly (Type Type, string Member)[] s_mayBeNull =
    [
        (typeof(ApicBoot), nameof(ApicBoot.After)),
        (typeof(BootPhase), nameof(BootPhase.CodeOf)),
        (typeof(PhaseChange), nameof(PhaseChange.Instead)),
        (typeof(SearchResult), nameof(SearchResult.Counterexample)),
    ];

    /// <summary>A search.</summary>
    public static JsonTypeInfo<SearchRecord> Search { get; } = (JsonTypeInfo<SearchRecord>)new JsonSerializerOptions(SearchContext.Default.Options)
    {
        TypeInfoResolver = SearchContext.Default.WithAddedModifier(Modify),
    }.GetTypeInfo(typeof(SearchRecord));

    private static void Modify(JsonTypeInfo type)
    {
        if (type.Type == typeof(ApicBoot))
        {
            // What runs before a search is a list, in which the boot before another stands already.
            type.Properties.Remove(Member(type, nameof(ApicBoot.Previous)));
        }
        else if (type.Type == typeof(Counterexample))
        {
            Member(type, nameof(Counterexample.Property)).CustomConverter = new BreakLeaf();
        }

        foreach (JsonPropertyInfo member in type.Properties)
        {
            member.IsRequired = Nullable.GetUnderlyingType(member.PropertyType) is null && !s_mayBeNull.Any(one => one.Type == type.Type && Is(member, one.Member));
        }
    }

    private static JsonPropertyInfo Member(JsonTypeInfo type, string name) => type.Properties.Single(member => Is(member, name));

    private static bool Is(JsonPropertyInfo member, string name) => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase);
}
