using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>Four registers that CPUID returns.</summary>
/// <param name="Eax">EAX.</param>
/// <param name="Ebx">EBX.</param>
/// <param name="Ecx">ECX.</param>
/// <param name="Edx">EDX.</param>
public readonly record struct CpuidLeaf(uint Eax, uint Ebx, uint Ecx, uint Edx);

/// <summary>
/// The part of CPUID that follows the local APIC (APM vol. 2, 16.3 and 16.9; APM vol. 3; KVM cpuid.c): Fn0000_0001 EBX[31:24] first 8-bit ID, ECX[21] x2APIC,
/// ECX[24] TSC deadline, EDX[9] APIC there and on; Fn0000_000B EDX 32-bit ID; Fn8000_0008 EAX[7:0] physical address width; Fn8000_001E EAX ID;
/// Fn8000_001F EAX what the platform encrypts, and how it injects.
/// </summary>
internal static class ApicCpuid
{
    private const uint X2Apic = 1u << 21;
    private const uint TscDeadline = 1u << 24;
    private const uint ApicOn = 1u << 9;

    public static CpuidLeaf Of(ApicPlane plane, int vcpu, uint leaf)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        ApicTraits traits = plane.Traits;
        bool deadline = traits.OffersTscDeadline && traits.Model != ApicModel.Amd;
        return leaf switch
        {
            1 => new(0, apic.InitialId << 24, (traits.OffersX2Apic ? X2Apic : 0) | (deadline ? TscDeadline : 0), apic.IsEnabled ? ApicOn : 0),
            0xB => new(0, 0, 0, apic.InitialId),
            0x8000_0008 => new((uint)traits.PhysicalAddressBits, 0, 0, 0),
            0x8000_001E => new(apic.InitialId, 0, 0, 0),
            0x8000_001F => new(plane.Machine.Platform.EncryptionFeatures, 0, 0, 0),
            _ => default,
        };
    }
}
