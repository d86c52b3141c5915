using System;
using System.Globalization;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>
/// How long something may take, as a user gives it: seconds, or a time span; PowerShell itself takes a number as ticks, and text that is a
/// number as days. What is neither is refused when the command looks at it, so that the error has an id of its own.
/// </summary>
public sealed class SecondsArgument
{
    // What a timer of .NET takes at the most.
    private static readonly TimeSpan s_most = TimeSpan.FromDays(24);

    private readonly object? _value;

    /// <summary>Takes anything.</summary>
    /// <param name="value">A number, a time span, or text.</param>
    public SecondsArgument(object? value) => _value = Unwrapped.Of(value);

    /// <summary>The time, from none at all to 24 days.</summary>
    /// <exception cref="ApicException">It is none, or longer.</exception>
    public TimeSpan ToTimeSpan() => Seconds(_value) is { } seconds && seconds >= 0 && seconds <= s_most.TotalSeconds
        ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
        : throw ApicErrors.TimeLimitInvalid(_value, s_most);

    /// <inheritdoc/>
    public override string ToString() => $"{_value}";

    private static double? Seconds(object? value) => value switch
    {
        TimeSpan time => time.TotalSeconds,
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) => time.TotalSeconds,
        _ => null,
    };
}
