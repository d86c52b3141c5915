using System;
using System.Runtime.CompilerServices;
using System.Text;

namespace ApicShell.Texts;

/// <summary>
/// A message for a reader. The compiler makes it of an interpolated string, so that whatever is put into one is made fit to be shown; what stands in
/// quotation marks is what somebody gave, and only its beginning is said again. It must be one interpolated string for that, and not one of two that a
/// condition chooses.
/// </summary>
[InterpolatedStringHandler]
public readonly struct PlainMessage
{
    /// <summary>The most characters of a value in quotation marks: paths are among them.</summary>
    public const int LongestQuoted = 200;

    /// <summary>The most characters of another value: a list of what is allowed, or another message.</summary>
    public const int LongestPart = 3000;

    private readonly StringBuilder _text;

    /// <summary>Begins a message.</summary>
    /// <param name="literalLength">How many characters are always the same.</param>
    /// <param name="formattedCount">How many values stand between them.</param>
    public PlainMessage(int literalLength, int formattedCount) => _text = new(literalLength + (formattedCount * 16));

    private PlainMessage(string text) => _text = new(PlainText.Clip(text, LongestPart));

    /// <summary>A message that was made elsewhere.</summary>
    /// <param name="text">The message.</param>
    public static implicit operator PlainMessage(string text) => new(text);

    /// <summary>Adds what is always the same.</summary>
    /// <param name="text">The words.</param>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">How it is written.</param>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        string text = (value is IFormattable number ? number.ToString(format, null) : value?.ToString()) ?? "";
        bool isQuoted = _text.Length > 0 && _text[_text.Length - 1] == '"';
        _text.Append(PlainText.Clip(text, isQuoted ? LongestQuoted : LongestPart));
    }

    /// <summary>The message.</summary>
    public override string ToString() => _text?.ToString() ?? "";
}
