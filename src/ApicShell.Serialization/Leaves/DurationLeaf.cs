using System;
using System.Globalization;

namespace ApicShell.Serialization;

/// <summary>A duration: days, hours, minutes and seconds.</summary>
internal sealed class DurationLeaf : TextLeaf<TimeSpan>
{
    private const string Constant = "c";

    /// <inheritdoc/>
    protected override string Allowed => "a time from 00:00:00 on, as hh:mm:ss, with days before and parts of a second behind it where there are any";

    /// <inheritdoc/>
    protected override string? Refusal(string text) =>
        TimeSpan.TryParseExact(text, Constant, CultureInfo.InvariantCulture, out TimeSpan value) && value >= TimeSpan.Zero ? null : Allowed;

    /// <inheritdoc/>
    protected override TimeSpan Parse(string text) => TimeSpan.ParseExact(text, Constant, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override string Format(TimeSpan value) => value.ToString(Constant, CultureInfo.InvariantCulture);
}
