using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApicShell.Serialization;

/// <summary>A value that is written as a text.</summary>
internal abstract class TextLeaf<T> : JsonConverter<T>, ILeaf
{
    /// <inheritdoc/>
    public string? Refusal(JsonElement value) => value.ValueKind == JsonValueKind.String ? Refusal(value.GetString()!) : Allowed;

    /// <inheritdoc/>
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

    /// <inheritdoc/>
    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));

    /// <summary>What is allowed, in words.</summary>
    protected abstract string Allowed { get; }

    /// <summary>What is allowed in the place of a text; null where it is allowed itself: it is what <see cref="Format"/> gives.</summary>
    protected abstract string? Refusal(string text);

    /// <summary>The value of a text that is allowed.</summary>
    protected abstract T Parse(string text);

    /// <summary>The text of a value.</summary>
    protected abstract string Format(T value);
}
