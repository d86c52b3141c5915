using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApicShell.Serialization;

/// <summary>A count that fits 32 bits.</summary>
internal sealed class CountLeaf : JsonConverter<int>, ILeaf
{
    /// <inheritdoc/>
    public string? Refusal(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0 ? null : $"a whole number from 0 to {int.MaxValue}";

    /// <inheritdoc/>
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetInt32();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>A count of states, steps or bytes.</summary>
internal sealed class LongCountLeaf : JsonConverter<long>, ILeaf
{
    /// <inheritdoc/>
    public string? Refusal(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long count) && count >= 0 ? null : $"a whole number from 0 to {long.MaxValue}";

    /// <inheritdoc/>
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetInt64();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>A rate or a chance.</summary>
internal sealed class RateLeaf : JsonConverter<double>, ILeaf
{
    /// <inheritdoc/>
    public string? Refusal(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double rate) && rate is >= 0 and <= double.MaxValue ? null : "a number from 0 on";

    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
