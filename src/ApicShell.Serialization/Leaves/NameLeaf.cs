using System;

namespace ApicShell.Serialization;

/// <summary>A value of an enumeration by its name; of flags by their names, joined by commas.</summary>
internal sealed class NameLeaf<T> : TextLeaf<T>
    where T : struct, Enum
{
    /// <inheritdoc/>
    protected override string Allowed =>
        (Attribute.IsDefined(typeof(T), typeof(FlagsAttribute)) ? "one or more of " : "one of ") + string.Join(", ", Enum.GetNames(typeof(T)));

    /// <inheritdoc/>
    protected override string? Refusal(string text) =>
        Enum.TryParse(text, out T value) && char.IsLetter(text[0]) && value.ToString() == text ? null : Allowed;

    /// <inheritdoc/>
    protected override T Parse(string text) => (T)Enum.Parse(typeof(T), text);

    /// <inheritdoc/>
    protected override string Format(T value) => value.ToString();
}
