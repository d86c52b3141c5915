using System.Text.Json.Serialization;
using ApicShell.Campaigns;

namespace ApicShell.Serialization;

/// <summary>What a campaign is made of, as the compiler finds it in the records of the core.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(CountLeaf), typeof(LongCountLeaf), typeof(SeedLeaf)])]
[JsonSerializable(typeof(CampaignRecord))]
internal sealed partial class CampaignContext : JsonSerializerContext;
