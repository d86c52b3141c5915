using System;

namespace ApicShell.Architecture;

/// <summary>What of KVM's APIC a host can choose: the quirks of KVM_CAP_DISABLE_QUIRKS2 with their values there, and the choices of other capabilities.</summary>
[Flags]
public enum KvmQuirks
{
    /// <summary>None is on.</summary>
    None = 0,

    /// <summary>KVM_X86_QUIRK_LINT0_REENABLED: RESET and INIT of the bootstrap processor leave LINT0 as ExtINT, unmasked.</summary>
    Lint0Reenabled = 1,

    /// <summary>KVM_X86_QUIRK_LAPIC_MMIO_HOLE: outside xAPIC mode the page reads as ones and drops writes.</summary>
    LapicMmioHole = 4,

    /// <summary>
    /// A device's interrupt to 0xFF is a broadcast to APICs in x2APIC mode too. Off with KVM_CAP_X2APIC_API flag 2, DISABLE_BROADCAST_QUIRK.
    /// </summary>
    X2ApicBroadcast = 0x100,

    /// <summary>
    /// MSIs have 32-bit destinations, the host sees 32-bit IDs, and APICs with IDs above 255 answer to them in xAPIC mode.
    /// On with KVM_CAP_X2APIC_API flag 1, USE_32BIT_IDS.
    /// </summary>
    X2Apic32BitIds = 0x200,

    /// <summary>
    /// SVR bit 12 suppresses EOI broadcasts, and Version bit 24 says so, where x2APIC is offered: on with an I/O APIC outside KVM,
    /// KVM_CAP_SPLIT_IRQCHIP.
    /// </summary>
    EoiBroadcastSuppression = 0x400,

    /// <summary>
    /// KVM's map of APIC IDs lacks the vCPU that was made last until any vCPU changes its ID, logical ID, mode or software enable. Off as KVM starts
    /// under QEMU, which sets every APIC's state; on for a host that does not.
    /// </summary>
    LastVcpuUnmapped = 0x800,

    /// <summary>As KVM starts.</summary>
    Default = Lint0Reenabled | LapicMmioHole | X2ApicBroadcast,
}

/// <summary>In which modes an Intel APIC sends lowest-priority IPIs: "model specific", by SDM vol. 3, 10.6.1; where it cannot, it notes ESR bit 4 (10.5.3).</summary>
public enum LowestPriorityIpis
{
    /// <summary>In xAPIC mode, where table 10-3 has them; in x2APIC mode figure 10-28 calls the type reserved.</summary>
    XApic,

    /// <summary>In no mode.</summary>
    Never,

    /// <summary>In both modes.</summary>
    Always,
}

/// <summary>What all local APICs of a machine have in common.</summary>
public sealed record ApicTraits
{
    /// <summary>Whose APIC it is.</summary>
    public ApicModel Model { get; init; } = ApicModel.Kvm;

    /// <summary>Whether CPUID Fn0000_0001 ECX[21] offers x2APIC.</summary>
    public bool OffersX2Apic { get; init; } = true;

    /// <summary>Whether CPUID Fn0000_0001 ECX[24] offers the timer's TSC-deadline mode; AMD's timer never has it.</summary>
    public bool OffersTscDeadline { get; init; } = true;

    /// <summary>Whether the model has MSR 0x6E0, IA32_TSC_DEADLINE, whatever CPUID offers.</summary>
    public bool HasTscDeadline => ModelProfile.Of(this).HasTscDeadline;

    /// <summary>In which modes lowest-priority IPIs can be sent. Intel's alone: of KVM and AMD it is known.</summary>
    public LowestPriorityIpis LowestPriorityIpis { get; init; }

    /// <summary>Width of physical addresses in bits, 36 to 52.</summary>
    public int PhysicalAddressBits { get; init; } = 48;

    /// <summary>APIC ID of the bootstrap processor, KVM_SET_BOOT_CPU_ID; null for the first vCPU. A machine without that ID has none.</summary>
    public uint? BootstrapId { get; init; }

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
