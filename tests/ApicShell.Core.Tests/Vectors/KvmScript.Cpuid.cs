using System.Globalization;
using System.Text.RegularExpressions;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <content>CPUID: a recording has the whole leaf of the host it was made on; only what follows the APIC is compared.</content>
internal sealed partial class KvmScript
{
    /// <summary>A line as it is compared: of a CPUID leaf only the bits that follow the APIC.</summary>
    public static string Comparable(string line)
    {
        Match leaf = CpuidLine().Match(line);
        if (!leaf.Success)
        {
            return line;
        }

        CpuidLeaf compared = Compared(uint.Parse(leaf.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return CpuidValue().Replace(line, value =>
        {
            uint mask = value.Groups[1].Value switch { "eax" => compared.Eax, "ebx" => compared.Ebx, "ecx" => compared.Ecx, _ => compared.Edx };
            uint bits = uint.Parse(value.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return $"\"{value.Groups[1].Value}\":\"0x{bits & mask:x}\"";
        });
    }

    private string Cpuid(int vcpu, uint number) => $",\"leaf\":{Hex(number)}" + Guest(vcpu, () =>
    {
        CpuidLeaf leaf = Machine.Cpuid(vcpu, number);
        return $",\"eax\":{Hex(leaf.Eax)},\"ebx\":{Hex(leaf.Ebx)},\"ecx\":{Hex(leaf.Ecx)},\"edx\":{Hex(leaf.Edx)},\"ok\":true";
    });

    private static CpuidLeaf Compared(uint leaf) => leaf switch
    {
        1 => new(0, 0xFF00_0000, (1u << 21) | (1u << 24), 1u << 9),
        0xB => new(0, 0, 0, uint.MaxValue),
        0x8000_0008 => new(0xFF, 0, 0, 0),
        0x8000_001E => new(uint.MaxValue, 0, 0, 0),
        _ => default,
    };

    [GeneratedRegex("\"op\":\"cpuid\".*\"leaf\":\"0x([0-9a-f]+)\"")]
    private static partial Regex CpuidLine();

    [GeneratedRegex("\"(e[abcd]x)\":\"0x([0-9a-f]+)\"")]
    private static partial Regex CpuidValue();
}
