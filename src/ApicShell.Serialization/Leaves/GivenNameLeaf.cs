using ApicShell.Texts;

namespace ApicShell.Serialization;

/// <summary>The name of something.</summary>
internal sealed class GivenNameLeaf : TextLeaf<string>
{
    /// <inheritdoc/>
    protected override string Allowed => "a name";

    /// <inheritdoc/>
    protected override string? Refusal(string text) => PlainText.WhyNoName(text) is { } why ? $"a name: {why}" : null;

    /// <inheritdoc/>
    protected override string Parse(string text) => text;

    /// <inheritdoc/>
    protected override string Format(string value) => value;
}
