using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApicShell.Serialization;

/// <summary>A number of 64 bits.</summary>
internal sealed class SeedLeaf : JsonConverter<ulong>, ILeaf
{
    /// <inheritdoc/>
    public string? Refusal(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out _) ? null : $"a whole number from 0 to {ulong.MaxValue}";

    /// <inheritdoc/>
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetUInt64();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
