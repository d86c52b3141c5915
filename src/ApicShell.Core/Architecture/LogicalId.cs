using System.Runtime.CompilerServices;

namespace ApicShell.Architecture;

/// <summary>The logical ID of an APIC in x2APIC mode, which follows from its ID (APM vol. 2, chapter 16; SDM vol. 3; KVM lapic.c).</summary>
public static class LogicalId
{
    /// <summary>The LDR that x2APIC mode derives from an ID: the cluster, ID 19:4, in 31:16 and one of sixteen bits, by ID 3:0, in 15:0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OfX2Apic(uint apicId) => ((apicId >> 4) << 16) | (1u << (int)(apicId & 15));
}
