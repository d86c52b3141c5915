using System.Collections.Generic;

namespace ApicShell.Architecture;

/// <summary>A named range of bits in a register.</summary>
/// <param name="Name">What the bits are called.</param>
/// <param name="High">Number of the highest bit.</param>
/// <param name="Low">Number of the lowest bit.</param>
/// <param name="Values">What the values 0, 1, 2 ... are called, where they have names; otherwise empty.</param>
public sealed record BitField(string Name, int High, int Low, IReadOnlyList<string> Values)
{
    internal BitField(string name, int high, int low, params string[] values)
        : this(name, high, low, (IReadOnlyList<string>)values)
    {
    }

    internal BitField(string name, int bit)
        : this(name, bit, bit, [])
    {
    }

    /// <summary>The bits of the field, in place.</summary>
    public ulong Mask => (ulong.MaxValue >> (63 - High + Low)) << Low;

    /// <summary>The field's value in a register's value.</summary>
    public ulong Of(ulong registerValue) => (registerValue & Mask) >> Low;

    /// <summary>The field's value as text: its name where it has one, else a number.</summary>
    public string Describe(ulong registerValue)
    {
        ulong value = Of(registerValue);
        if (value < (ulong)Values.Count)
        {
            return Values[(int)value];
        }

        return High == Low ? (value == 0 ? "0" : "1") : $"0x{value:X}";
    }

    /// <inheritdoc/>
    public override string ToString() => High == Low ? $"{Name} [{High}]" : $"{Name} [{High}:{Low}]";
}
