using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ApicShell.Texts;

namespace ApicShell.Serialization;

/// <summary>
/// Holds a JSON value against what is to be read from it. The serializer alone takes a member that is repeated and null in the place of a text, and says
/// of what it refuses neither the value nor what is allowed.
/// </summary>
/// <param name="mayLack">Whether an object of a type may lack a member.</param>
internal sealed class StrictShape(Func<Type, JsonPropertyInfo, bool> mayLack)
{
    private const int ShownCharacters = 60;

    /// <summary>Checks a value.</summary>
    /// <exception cref="TextFormatException">It is not what it must be.</exception>
    public void Check(JsonElement value, JsonTypeInfo type, string path)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckObject(value, type, path);
                break;
            case JsonTypeInfoKind.Enumerable:
                CheckList(value, type.Options.GetTypeInfo(type.Type.GetGenericArguments()[0]), path);
                break;
            default:
                CheckLeaf(value, type.Options.GetTypeInfo(Nullable.GetUnderlyingType(type.Type) ?? type.Type).Converter, path);
                break;
        }
    }

    /// <summary>Checks which members an object has.</summary>
    /// <param name="value">The object.</param>
    /// <param name="members">The names that it may have, and whether each must be there.</param>
    /// <param name="path">Where it is.</param>
    /// <exception cref="TextFormatException">One is unknown, missing, or there twice.</exception>
    public static void CheckMembers(JsonElement value, IReadOnlyDictionary<string, bool> members, string path)
    {
        HashSet<string> found = [];
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (!members.ContainsKey(member.Name))
            {
                throw new TextFormatException(
                    TextProblem.UnknownMember, $"{Join(path, member.Name)} has no meaning; allowed are {string.Join(", ", members.Keys)}.", Join(path, member.Name));
            }

            if (!found.Add(member.Name))
            {
                throw new TextFormatException(TextProblem.RepeatedMember, $"{Join(path, member.Name)} is there twice; allowed is once.", Join(path, member.Name));
            }
        }

        foreach (KeyValuePair<string, bool> member in members)
        {
            if (member.Value && !found.Contains(member.Key))
            {
                throw new TextFormatException(TextProblem.MissingMember, $"{Join(path, member.Key)} is missing; it must be there.", Join(path, member.Key));
            }
        }
    }

    private void CheckObject(JsonElement value, JsonTypeInfo type, string path)
    {
        Require(value.ValueKind == JsonValueKind.Object, value, "an object", path);
        JsonPropertyInfo[] members = [.. type.Properties.Where(member => member.Get is not null)];
        CheckMembers(value, members.ToDictionary(member => member.Name, member => !mayLack(type.Type, member)), path);
        foreach (JsonPropertyInfo member in members)
        {
            if (!value.TryGetProperty(member.Name, out JsonElement one))
            {
                continue;
            }

            if (member.CustomConverter is { } converter)
            {
                CheckLeaf(one, converter, Join(path, member.Name));
            }
            else
            {
                Check(one, type.Options.GetTypeInfo(member.PropertyType), Join(path, member.Name));
            }
        }
    }

    private void CheckList(JsonElement value, JsonTypeInfo item, string path)
    {
        Require(value.ValueKind == JsonValueKind.Array, value, "a list", path);
        int at = 0;
        foreach (JsonElement one in value.EnumerateArray())
        {
            Check(one, item, $"{path}[{at++}]");
        }
    }

    private static void CheckLeaf(JsonElement value, JsonConverter converter, string path)
    {
        if (converter is ILeaf leaf)
        {
            string? allowed = leaf.Refusal(value);
            Require(allowed is null, value, allowed!, path);
        }
        else if (converter.Type == typeof(bool))
        {
            Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, value, "true or false", path);
        }
        else
        {
            // A text is looked into too: it throws where it has no characters of Unicode.
            Require(value.ValueKind == JsonValueKind.String, value, "a text", path);
            string? why = PlainText.WhyNoWords(value.GetString()!);
            Require(why is null, value, $"a text that can be shown: {why}", path);
        }
    }

    private static void Require(bool right, JsonElement value, string allowed, string path)
    {
        if (!right)
        {
            throw new TextFormatException(TextProblem.WrongValue, $"{path} is {PlainText.Clip(value.GetRawText(), ShownCharacters)}; allowed is {allowed}.", path);
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
