using System;

namespace ApicShell.Architecture;

/// <summary>KVM's quirks that concern the APIC; the values are those of KVM_CAP_DISABLE_QUIRKS2.</summary>
[Flags]
public enum KvmQuirks
{
    /// <summary>None is on.</summary>
    None = 0,

    /// <summary>KVM_X86_QUIRK_LINT0_REENABLED: RESET and INIT of the bootstrap processor leave LINT0 as ExtINT, unmasked.</summary>
    Lint0Reenabled = 1,

    /// <summary>KVM_X86_QUIRK_LAPIC_MMIO_HOLE: outside xAPIC mode the page reads as ones and drops writes.</summary>
    LapicMmioHole = 4,

    /// <summary>As KVM starts.</summary>
    Default = Lint0Reenabled | LapicMmioHole,
}

/// <summary>What all local APICs of a machine have in common.</summary>
public sealed record ApicTraits
{
    /// <summary>Whose APIC it is.</summary>
    public ApicModel Model { get; init; } = ApicModel.Kvm;

    /// <summary>Whether CPUID Fn0000_0001 ECX[21] offers x2APIC.</summary>
    public bool OffersX2Apic { get; init; } = true;

    /// <summary>Width of physical addresses in bits, 36 to 52.</summary>
    public int PhysicalAddressBits { get; init; } = 48;

    /// <summary>KVM's quirks; other models have none.</summary>
    public KvmQuirks Quirks { get; init; } = KvmQuirks.Default;

    /// <summary>The mode after RESET, where it is not the model's own.</summary>
    public ApicMode? ResetMode { get; init; }

    /// <summary>Address bits of APIC_BASE beyond the physical address width.</summary>
    public ulong AddressBitsTooHigh => ApicBase.AddressMask & ~((1UL << PhysicalAddressBits) - 1);

    /// <summary>By which rule a value may not be written to APIC_BASE whatever the mode, or <see cref="RuleId.None"/>.</summary>
    public RuleId ReservedBitsRule(ulong value) =>
        (value & ApicBase.AlwaysReserved) != 0 ? RuleId.BaseReservedBits
        : (value & AddressBitsTooHigh) != 0 ? RuleId.BaseAddressWidth
        : !OffersX2Apic && (value & ApicBase.ExtdBit) != 0 ? RuleId.BaseX2ApicNotOffered
        : RuleId.None;
}
