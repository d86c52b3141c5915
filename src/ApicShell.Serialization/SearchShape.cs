using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Serialization;

/// <summary>What the text of a search is beside what the compiler finds in its records.</summary>
internal static class SearchShape
{
    private static readonly (Type Type, string Member)[] s_mayBeNull =
    [
        (typeof(ApicBoot), nameof(ApicBoot.After)),
        (typeof(BootPhase), nameof(BootPhase.CodeOf)),
        (typeof(PhaseChange), nameof(PhaseChange.Instead)),
        (typeof(SearchResult), nameof(SearchResult.Counterexample)),
    ];

    private static readonly (Type Type, string Member)[] s_names =
    [
        (typeof(ApicBoot), nameof(ApicBoot.Name)),
        (typeof(ApicDesign), nameof(ApicDesign.Name)),
        (typeof(BootPhase), nameof(BootPhase.Name)),
        (typeof(PhaseChange), nameof(PhaseChange.Phase)),
    ];

    /// <summary>A search.</summary>
    public static JsonTypeInfo<SearchRecord> Search { get; } = (JsonTypeInfo<SearchRecord>)new JsonSerializerOptions(SearchContext.Default.Options)
    {
        TypeInfoResolver = SearchContext.Default.WithAddedModifier(Modify),
    }.GetTypeInfo(typeof(SearchRecord));

    /// <summary>Whether a text may lack a member: one that is null is not written.</summary>
    public static bool MayLack(Type type, JsonPropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is not null || s_mayBeNull.Any(one => one.Type == type && Is(member, one.Member));

    private static void Modify(JsonTypeInfo type)
    {
        foreach ((Type _, string member) in s_names.Where(one => one.Type == type.Type))
        {
            Member(type, member).CustomConverter = new GivenNameLeaf();
        }

        if (type.Type == typeof(ApicBoot))
        {
            // What runs before a search is a list, in which the boot before another stands already.
            Member(type, nameof(ApicBoot.Previous)).Get = null;
        }
        else if (type.Type == typeof(BootEnvironment))
        {
            // The design of a search is as it is in the world already.
            Member(type, nameof(BootEnvironment.World)).Get = null;
        }
        else if (type.Type == typeof(Counterexample))
        {
            Member(type, nameof(Counterexample.Property)).CustomConverter = new BreakLeaf();
        }
    }

    private static JsonPropertyInfo Member(JsonTypeInfo type, string name) => type.Properties.Single(member => Is(member, name));

    private static bool Is(JsonPropertyInfo member, string name) => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase);
}
