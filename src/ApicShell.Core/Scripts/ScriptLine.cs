using System.Globalization;
using System.Text.RegularExpressions;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <summary>The lines that a script gives, as they are compared.</summary>
public static class ScriptLine
{
    /// <summary>What a line has where the source leaves the result open.</summary>
    internal const string Undefined = ",\"undefined\":true";

    private static readonly Regex s_cpuid = new("\"op\":\"cpuid\".*\"leaf\":\"0x([0-9a-f]+)\"", RegexOptions.CultureInvariant);
    private static readonly Regex s_cpuidValue = new("\"(e[abcd]x)\":\"0x([0-9a-f]+)\"", RegexOptions.CultureInvariant);
    private static readonly Regex s_echo = new(
        "^(\\{\"i\":\\d+,\"op\":\"(?!addvcpu)\\w+\")(?:,\"(?:v|off|data|idx|addr|if|auto|size|what)\":(?:\"[^\"]*\"|\\d+))+", RegexOptions.CultureInvariant);

    /// <summary>A line as it is compared: without what only repeats the operation, and of a CPUID leaf only the bits that follow the APIC.</summary>
    public static string Comparable(string line) => s_echo.Replace(OfApic(line), "$1", 1);

    private static string OfApic(string line)
    {
        Match leaf = s_cpuid.Match(line);
        if (!leaf.Success)
        {
            return line;
        }

        CpuidLeaf compared = Compared(uint.Parse(leaf.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return s_cpuidValue.Replace(line, value =>
        {
            uint mask = value.Groups[1].Value switch { "eax" => compared.Eax, "ebx" => compared.Ebx, "ecx" => compared.Ecx, _ => compared.Edx };
            uint bits = uint.Parse(value.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return $"\"{value.Groups[1].Value}\":\"0x{bits & mask:x}\"";
        });
    }

    private static CpuidLeaf Compared(uint leaf) => leaf switch
    {
        1 => new(0, 0xFF00_0000, (1u << 21) | (1u << 24), 1u << 9),
        0xB => new(0, 0, 0, uint.MaxValue),
        0x8000_0008 => new(0xFF, 0, 0, 0),
        0x8000_001E => new(uint.MaxValue, 0, 0, 0),
        _ => default,
    };
}
