using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ApicShell.Serialization;

/// <summary>
/// One kind of text that is kept: a JSON object that says what it is, in which version, and has the rest in a member of its own. It is read strictly:
/// what this program would not have written is refused.
/// </summary>
/// <param name="format">What it is.</param>
/// <param name="version">The version that is written and read.</param>
/// <param name="type">What it holds.</param>
/// <param name="mayLack">Whether an object of a type may lack a member.</param>
internal sealed class TextForm<T>(string format, int version, JsonTypeInfo<T> type, Func<Type, JsonPropertyInfo, bool> mayLack)
{
    private const string FormatMember = "format";
    private const string VersionMember = "version";
    private const string ContentMember = "content";

    private static readonly Dictionary<string, bool> s_members = new() { [FormatMember] = true, [VersionMember] = true, [ContentMember] = true };

    /// <summary>Writes a value.</summary>
    public string Write(T value)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString(FormatMember, format);
            writer.WriteNumber(VersionMember, version);
            writer.WritePropertyName(ContentMember);
            JsonSerializer.Serialize(writer, value, type);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="TextFormatException">It is not what <see cref="Write"/> writes.</exception>
    public T Read(string text)
    {
        using JsonDocument document = Parse(text);
        JsonElement content;
        try
        {
            content = Content(document.RootElement);
            new StrictShape(mayLack).Check(content, type, ContentMember);
        }
        catch (InvalidOperationException error)
        {
            throw new TextFormatException(TextProblem.NotJson, "A text in it has one half of a surrogate pair.", inner: error);
        }

        return content.Deserialize(type)!;
    }

    /// <summary>The error of a text in another version.</summary>
    public TextFormatException OtherVersion(string other) => new(
        TextProblem.OtherVersion,
        $"It is of version {other}, and this program reads version {version}. Go on with the program that wrote it, or make it anew.",
        VersionMember);

    /// <summary>The one JSON object that a text is to be.</summary>
    private static JsonDocument Parse(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        // Not as the last block: what is torn is then no error, but not yet whole.
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        JsonDocument? document;
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out document))
            {
                throw text.TrimStart().StartsWith("{", StringComparison.Ordinal)
                    ? new TextFormatException(TextProblem.Torn, $"It ends too early, after {text.Length} characters: a JSON object ends with }}.")
                    : new TextFormatException(TextProblem.NotJson, "It is no JSON object.");
            }
        }
        catch (JsonException error)
        {
            throw new TextFormatException(TextProblem.NotJson, $"It is no JSON from byte {error.BytePositionInLine} of line {error.LineNumber + 1} on.", inner: error);
        }

        if (bytes.Skip((int)reader.BytesConsumed).Any(rest => rest is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')))
        {
            document.Dispose();
            throw new TextFormatException(TextProblem.NotJson, $"Something follows its JSON from byte {reader.BytesConsumed} on.");
        }

        return document;
    }

    /// <summary>What the text holds, if it is of this format and version; other versions may have other members.</summary>
    private JsonElement Content(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(FormatMember, out JsonElement name) || name.ValueKind != JsonValueKind.String || name.GetString() != format)
        {
            throw new TextFormatException(TextProblem.OtherFormat, $"It does not say that its {FormatMember} is \"{format}\".", FormatMember);
        }

        if (root.TryGetProperty(VersionMember, out JsonElement number) && (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out int found) || found != version))
        {
            throw OtherVersion(number.GetRawText());
        }

        StrictShape.CheckMembers(root, s_members, "");
        return root.GetProperty(ContentMember);
    }
}
