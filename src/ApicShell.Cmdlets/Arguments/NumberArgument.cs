using System;
using System.Globalization;
using System.Numerics;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>
/// A register value, an address or an ID as a user types it. PowerShell reads a literal like 0xFEE00900 as a negative Int32; it means its
/// unsigned bit pattern. Text may be decimal or, after 0x, hexadecimal. What is no number is refused when the command looks at it, so
/// that the error has an id of its own.
/// </summary>
public sealed class NumberArgument
{
    private readonly object? _value;

    /// <summary>Takes anything.</summary>
    /// <param name="value">A number, or text.</param>
    public NumberArgument(object? value) => _value = Unwrapped.Of(value);

    /// <summary>The number.</summary>
    /// <param name="bits">Its greatest width, 1 to 64.</param>
    /// <exception cref="ApicException">It is no number, or wider.</exception>
    public ulong ToUInt64(int bits = 64)
    {
        ulong number = Unsigned(_value) ?? throw ApicErrors.NumberInvalid(_value, bits);
        return number >> (bits - 1) <= 1 ? number : throw ApicErrors.NumberTooWide(number, bits);
    }

    /// <summary>Whether it is a number at all, of whatever width.</summary>
    internal bool IsNumber => Unsigned(_value) is not null;

    /// <summary>The number, of at most 32 bits.</summary>
    /// <exception cref="ApicException">It is no number, or wider.</exception>
    public uint ToUInt32() => (uint)ToUInt64(32);

    /// <inheritdoc/>
    public override string ToString() => Unsigned(_value) is { } number ? $"0x{number:X}" : $"{_value}";

    /// <summary>The unsigned number that a value stands for, or null where it stands for none.</summary>
    internal static ulong? Unsigned(object? value) => value switch
    {
        int number => unchecked((uint)number),
        uint number => number,
        long number => unchecked((ulong)number),
        ulong number => number,
        byte number => number,
        ushort number => number,
        short number => unchecked((ushort)number),
        sbyte number => unchecked((byte)number),
        decimal number when number is >= 0 and <= ulong.MaxValue && decimal.Truncate(number) == number => (ulong)number,
        float number => Unsigned((double)number),
        double number when number is >= 0 and < 18446744073709551616.0 && Math.Floor(number) == number => (ulong)number,
        BigInteger number when number >= 0 && number <= ulong.MaxValue => (ulong)number,
        string text => Parse(text.Trim()),
        _ => null,
    };

    private static ulong? Parse(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(hex ? text.Substring(2) : text, style, CultureInfo.InvariantCulture, out ulong number) ? number : null;
    }
}
