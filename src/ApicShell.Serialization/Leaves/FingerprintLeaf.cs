using System.Globalization;
using System.Linq;
using ApicShell.Exploration;

namespace ApicShell.Serialization;

/// <summary>A fingerprint as its 32 hexadecimal digits, as errors name it.</summary>
internal sealed class FingerprintLeaf : TextLeaf<Fingerprint>
{
    private const int HalfDigits = 16;

    /// <inheritdoc/>
    protected override string Allowed => "32 of the digits 0 to 9 and a to f";

    /// <inheritdoc/>
    protected override string? Refusal(string text) =>
        text.Length == 2 * HalfDigits && text.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f')) ? null : Allowed;

    /// <inheritdoc/>
    protected override Fingerprint Parse(string text) => new(Half(text, 0), Half(text, HalfDigits));

    /// <inheritdoc/>
    protected override string Format(Fingerprint value) => value.ToString();

    private static ulong Half(string text, int start) =>
        ulong.Parse(text.Substring(start, HalfDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
