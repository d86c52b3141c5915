using System.Linq;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>The bits of a CPUID leaf that follow a vCPU's APIC and platform, all others 0: a snapshot.</summary>
public sealed class ApicCpuidLeaf
{
    private static readonly (int Bit, string Name)[] s_encryption =
        [(1, "SEV"), (3, "SEV-ES"), (4, "SEV-SNP"), (12, "restricted injection"), (13, "alternate injection")];

    internal ApicCpuidLeaf(ApicVcpu vcpu, uint leaf, CpuidLeaf registers)
    {
        (Vcpu, Leaf) = (vcpu, leaf);
        (Eax, Ebx, Ecx, Edx) = (registers.Eax, registers.Ebx, registers.Ecx, registers.Edx);
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The leaf: EAX on the way in.</summary>
    public uint Leaf { get; }

    /// <summary>EAX.</summary>
    public uint Eax { get; }

    /// <summary>EBX.</summary>
    public uint Ebx { get; }

    /// <summary>ECX.</summary>
    public uint Ecx { get; }

    /// <summary>EDX.</summary>
    public uint Edx { get; }

    /// <summary>What the bits say.</summary>
    public string Meaning => Leaf switch
    {
        1 => $"ID 0x{Ebx >> 24:X2}, {No(Ecx, 21)}x2APIC, {No(Ecx, 24)}TSC deadline, {No(Edx, 9)}APIC",
        0xB => $"ID 0x{Edx:X8}",
        0x8000_0008 => $"{Eax & 0xFF} address bits",
        0x8000_001E => $"ID 0x{Eax:X8}",
        0x8000_001F => Eax == 0 ? "no encryption" : string.Join(", ", s_encryption.Where(one => (Eax & (1u << one.Bit)) != 0).Select(one => one.Name)),
        _ => "nothing of the APIC",
    };

    private static string No(uint bits, int bit) => (bits & (1u << bit)) != 0 ? "" : "no ";

    /// <inheritdoc/>
    public override string ToString() => $"CPUID 0x{Leaf:X}: {Meaning}";
}
