using ApicShell.Architecture;

namespace ApicShell.Arguments;

/// <summary>A register as a user names it: by name, or by number. What the number means, MSR or offset, the command decides.</summary>
public sealed class RegisterArgument
{
    private readonly string _text;

    /// <summary>By name, or by a number as text.</summary>
    /// <param name="text">For example Tpr, 0x808 or 2056.</param>
    public RegisterArgument(string text)
    {
        _text = text;
        Number = NumberArgument.Unsigned(text) is { } number ? (number <= uint.MaxValue ? (uint)number : uint.MaxValue) : null;
    }

    /// <summary>By the register itself.</summary>
    public RegisterArgument(ApicRegister register)
        : this(register.ToString())
    {
    }

    /// <summary>By number.</summary>
    public RegisterArgument(long number)
    {
        Number = number is >= int.MinValue and <= uint.MaxValue ? unchecked((uint)number) : uint.MaxValue;
        _text = $"0x{(number < 0 ? Number.Value : number):X}";
    }

    /// <summary>The number, where it was given by number.</summary>
    public uint? Number { get; }

    /// <inheritdoc/>
    public override string ToString() => _text;
}
