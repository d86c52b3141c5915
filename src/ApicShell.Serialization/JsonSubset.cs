using System;
using System.Linq;
using System.Text.Json;

namespace ApicShell.Serialization;

/// <summary>Whether a JSON object has what another one says.</summary>
public static class JsonSubset
{
    /// <summary>Whether every member of what is expected is in what is there, with the same value; what is there may have more.</summary>
    /// <param name="expected">A JSON object.</param>
    /// <param name="actual">A JSON object.</param>
    /// <exception cref="FormatException">What is expected is no JSON object.</exception>
    public static bool Holds(string expected, string actual)
    {
#if NETSTANDARD2_0
        LibraryFolder.Use();
#endif
        using JsonDocument wanted = Parse(expected);
        using JsonDocument found = Parse(actual);
        return Holds(wanted.RootElement, found.RootElement);
    }

    private static bool Holds(JsonElement wanted, JsonElement found) => wanted.ValueKind != found.ValueKind ? false : wanted.ValueKind switch
    {
        JsonValueKind.Object => wanted.EnumerateObject().All(member => found.TryGetProperty(member.Name, out JsonElement value) && Holds(member.Value, value)),
        JsonValueKind.Array => wanted.GetArrayLength() == found.GetArrayLength() && wanted.EnumerateArray().Zip(found.EnumerateArray(), Holds).All(same => same),
        JsonValueKind.String => wanted.GetString() == found.GetString(),
        _ => wanted.GetRawText() == found.GetRawText(),
    };

    private static JsonDocument Parse(string text)
    {
        try
        {
            var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new FormatException("It is no JSON object.");
        }
        catch (JsonException error)
        {
            throw new FormatException($"It is no JSON: {error.Message}", error);
        }
    }
}
