using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ApicShell.Campaigns;

namespace ApicShell.Serialization;

/// <summary>What the text of a campaign is: its records, without what follows from other members.</summary>
internal static class CampaignShape
{
    /// <summary>A campaign.</summary>
    public static JsonTypeInfo<CampaignRecord> Campaign { get; } = (JsonTypeInfo<CampaignRecord>)new JsonSerializerOptions(CampaignContext.Default.Options)
    {
        TypeInfoResolver = CampaignContext.Default.WithAddedModifier(Modify),
    }.GetTypeInfo(typeof(CampaignRecord));

    private static void Modify(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo member in type.Properties.Where(member => member.Set is null))
        {
            member.Get = null;
        }
    }
}
