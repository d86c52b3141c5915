using System.Text.Json.Serialization;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Serialization;

/// <summary>What a search is made of, as the compiler finds it in the records of the core: a property that is added there is in the text.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(CountLeaf), typeof(DurationLeaf), typeof(FingerprintLeaf), typeof(LongCountLeaf), typeof(RateLeaf), typeof(StepLeaf),
        typeof(NameLeaf<ApicMode>), typeof(NameLeaf<ApicScope>), typeof(NameLeaf<DesignProperties>), typeof(NameLeaf<GuestLibrary>),
        typeof(NameLeaf<HypervisorBehavior>), typeof(NameLeaf<HypervisorFeatures>), typeof(NameLeaf<ResetOwner>), typeof(NameLeaf<SearchStatus>),
        typeof(NameLeaf<SvsmApics>), typeof(NameLeaf<SvsmBehavior>), typeof(NameLeaf<SvsmTimer>), typeof(NameLeaf<VcHandler>), typeof(NameLeaf<VgifSetters>),
    ])]
[JsonSerializable(typeof(SearchRecord))]
internal sealed partial class SearchContext : JsonSerializerContext;
