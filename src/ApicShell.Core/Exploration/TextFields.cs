using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ApicShell.Exploration;

/// <summary>
/// Named values in one line of text, as in the query of an address: <c>name=value&amp;name=value</c>. Such a line survives files, pipes and
/// remoting as it is.
/// </summary>
public sealed class TextFields
{
    private const char Separator = '\n';

    private readonly List<KeyValuePair<string, string>> _fields = [];

    /// <summary>Adds a text.</summary>
    public void Add(string name, string value) => _fields.Add(new(name, value));

    /// <summary>Adds a number.</summary>
    public void Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a list.</summary>
    public void Add(string name, IEnumerable<string> values) => Add(name, string.Concat(values.Select(value => value.Replace(Separator, ' ') + Separator)));

    /// <summary>A text.</summary>
    /// <exception cref="FormatException">It is not there.</exception>
    public string Text(string name)
    {
        foreach (KeyValuePair<string, string> field in _fields)
        {
            if (field.Key == name)
            {
                return field.Value;
            }
        }

        throw new FormatException($"It has no {name}.");
    }

    /// <summary>A number from 0.</summary>
    /// <exception cref="FormatException">It is not there, or none.</exception>
    public long Number(string name) => long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw Wrong(name);

    /// <summary>A value of an enumeration.</summary>
    /// <exception cref="FormatException">It is not there, or none.</exception>
    public T Value<T>(string name)
        where T : struct, Enum => Enum.TryParse(Text(name), out T value) ? value : throw Wrong(name);

    /// <summary>A list.</summary>
    /// <exception cref="FormatException">It is not there.</exception>
    public IReadOnlyList<string> List(string name)
    {
        string text = Text(name);
        return text.Length == 0 ? [] : text.Substring(0, text.Length - 1).Split(Separator);
    }

    /// <summary>Says that a value is wrong.</summary>
    public FormatException Wrong(string name) => new($"Its {name} is wrong: \"{Text(name)}\".");

    /// <summary>The line.</summary>
    public override string ToString() => string.Join("&", _fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"));

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It has no fields.</exception>
    public static TextFields Parse(string line)
    {
        var fields = new TextFields();
        foreach (string field in line.Trim().Split('&'))
        {
            int equals = field.IndexOf('=');
            if (equals <= 0)
            {
                throw new FormatException("It is no line of name=value, joined by &.");
            }

            fields.Add(field.Substring(0, equals), Uri.UnescapeDataString(field.Substring(equals + 1)));
        }

        return fields;
    }
}
