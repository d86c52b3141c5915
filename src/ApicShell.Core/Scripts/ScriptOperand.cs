using System;
using System.Collections.Generic;
using System.Globalization;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <summary>What may stand at one place of an operation: a number of a range, or one of some words, which then is the number of its place among them.</summary>
/// <param name="Name">What stands for it where a form is shown.</param>
/// <param name="Least">The least number.</param>
/// <param name="Most">The greatest number.</param>
/// <param name="Words">The words, where it is no number.</param>
public sealed record ScriptOperand(string Name, ulong Least, ulong Most, IReadOnlyList<string> Words)
{
    internal static readonly ScriptOperand Vcpu = Number("V", Machine.MaxVcpuCount - 1);
    internal static readonly ScriptOperand VcpuCount = new("N", 1, Machine.MaxVcpuCount, []);
    internal static readonly ScriptOperand ApicId = Number("ID", Machine.MaxApicId);
    internal static readonly ScriptOperand Irqchip = Choice("kernel", "split");
    internal static readonly ScriptOperand Feature = Choice("x2apic", "tscdl");
    internal static readonly ScriptOperand Switch = Choice("off", "on");
    internal static readonly ScriptOperand Space = Choice("msr", "mmio");
    internal static readonly ScriptOperand Relation = Choice("eq", "ne", "lt", "gt");
    internal static readonly ScriptOperand ApiFlags = Number("FLAGS", 15);
    internal static readonly ScriptOperand QuirkMask = Number("MASK", ulong.MaxValue);
    internal static readonly ScriptOperand Msr = Number("MSR", uint.MaxValue);
    internal static readonly ScriptOperand Leaf = Number("LEAF", uint.MaxValue);
    internal static readonly ScriptOperand Where = Number("WHERE", uint.MaxValue);
    internal static readonly ScriptOperand Offset = Number("OFFSET", uint.MaxValue);
    internal static readonly ScriptOperand Address = Number("ADDRESS", ulong.MaxValue);
    internal static readonly ScriptOperand Value = Number("VALUE", ulong.MaxValue);
    internal static readonly ScriptOperand Word = Number("VALUE", uint.MaxValue);
    internal static readonly ScriptOperand Data = Number("DATA", uint.MaxValue);
    internal static readonly ScriptOperand Cycles = Number("CYCLES", long.MaxValue);
    internal static readonly ScriptOperand Count = Number("COUNT", uint.MaxValue);
    internal static readonly ScriptOperand Nanoseconds = Number("NS", 3_600_000_000_000);
    internal static readonly ScriptOperand Milliseconds = Number("MS", 3_600_000);
    internal static readonly ScriptOperand Size = new("SIZE", 1, 8, ["1", "2", "4", "8"]);

    /// <summary>What is allowed, in words.</summary>
    public string Allowed => Words.Count > 0 ? string.Join(", ", Words) : $"a number from {Least} to 0x{Most:X}";

    private bool IsNumber => Words.Count == 0 || this == Size;

    /// <summary>A number as scripts have it: decimal, or hexadecimal behind 0x.</summary>
    public static bool TryNumber(string word, out ulong number) => word.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(word.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a word.</summary>
    internal bool TryRead(string word, out ulong number)
    {
        int choice = -1;
        for (int i = 0; i < Words.Count; i++)
        {
            choice = Words[i] == word ? i : choice;
        }

        number = (ulong)choice;
        return IsNumber ? (Words.Count == 0 || choice >= 0) && TryNumber(word, out number) && number >= Least && number <= Most : choice >= 0;
    }

    private static ScriptOperand Number(string name, ulong most) => new(name, 0, most, []);

    private static ScriptOperand Choice(params string[] words) => new(string.Join("|", words), 0, (ulong)words.Length - 1, words);
}
