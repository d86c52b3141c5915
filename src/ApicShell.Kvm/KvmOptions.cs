using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Kvm;

/// <summary>What a machine on the kernel's KVM shall be.</summary>
public sealed record KvmOptions
{
    /// <summary>Most vCPUs of a machine.</summary>
    public const int MaxVcpuCount = 64;

    private const KvmQuirks OfQuirksCapability = KvmQuirks.Lint0Reenabled | KvmQuirks.LapicMmioHole;
    private const ulong Use32BitIds = 1;
    private const ulong DisableBroadcastQuirk = 2;

    /// <summary>What its APICs have in common.</summary>
    public ApicTraits Traits { get; init; } = new();

    /// <summary>One APIC ID a vCPU, each used once.</summary>
    public IReadOnlyList<uint> ApicIds { get; init; } = [0];

    /// <summary>How long a cycle of the APIC's bus is, KVM_CAP_X86_APIC_BUS_CYCLES_NS; null for KVM's own, 1 ns.</summary>
    public uint? BusCycleNanoseconds { get; init; }

    /// <summary>APIC ID of the bootstrap processor.</summary>
    internal uint BootstrapId => Traits.BootstrapId ?? ApicIds[0];

    /// <summary>The quirks that are turned off, by their bits in KVM_CAP_DISABLE_QUIRKS2.</summary>
    internal ulong DisabledQuirks => (ulong)(OfQuirksCapability & ~Traits.Quirks);

    /// <summary>Flags of KVM_CAP_X2APIC_API.</summary>
    internal ulong X2ApicFlags => (Has(KvmQuirks.X2Apic32BitIds) ? Use32BitIds : 0) | (Has(KvmQuirks.X2ApicBroadcast) ? 0 : DisableBroadcastQuirk);

    /// <summary>Whether the I/O APIC is outside KVM.</summary>
    internal bool HasSplitIrqchip => Has(KvmQuirks.EoiBroadcastSuppression);

    /// <summary>Whether KVM's map of APIC IDs is left without the vCPU that was made last.</summary>
    internal bool LeavesLastUnmapped => Has(KvmQuirks.LastVcpuUnmapped);

    /// <summary>Refuses what the kernel's KVM cannot be.</summary>
    /// <exception cref="KvmOptionException">It cannot.</exception>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is not allowed.</exception>
    internal void Check(KvmDevice device)
    {
        KvmOffer offer = device.Offer;
        Need(Traits.Model == ApicModel.Kvm, nameof(Traits.Model), $"The kernel's KVM has no APIC of model {Traits.Model}: its model is {ApicModel.Kvm}.");
        Need(
            Traits.ResetMode is null or ApicMode.XApic,
            nameof(Traits.ResetMode),
            $"The kernel's KVM resets its APICs to {ApicMode.XApic}, not to {Traits.ResetMode}.");
        Need(
            Traits.PhysicalAddressBits <= offer.PhysicalAddressBits,
            nameof(Traits.PhysicalAddressBits),
            $"This host has {offer.PhysicalAddressBits} bits of physical address, so no machine on it has {Traits.PhysicalAddressBits}.");
        Need((DisabledQuirks & ~offer.Quirks) == 0, nameof(Traits.Quirks), $"This kernel cannot turn the quirks 0x{DisabledQuirks & ~offer.Quirks:X} off.");
        Need(
            (X2ApicFlags & ~offer.X2ApicFlags) == 0,
            nameof(Traits.Quirks),
            $"This kernel lacks the flags 0x{X2ApicFlags & ~offer.X2ApicFlags:X} of KVM_CAP_X2APIC_API.");
        Need(!HasSplitIrqchip || offer.HasSplitIrqchip, nameof(Traits.Quirks), "This kernel lacks KVM_CAP_SPLIT_IRQCHIP.");
        Need(BusCycleNanoseconds is null || offer.HasBusCycles, nameof(BusCycleNanoseconds), "This kernel lacks KVM_CAP_X86_APIC_BUS_CYCLES_NS, which came with Linux 6.12.");
        Need(BusCycleNanoseconds is null or > 0, nameof(BusCycleNanoseconds), "A cycle of the APIC's bus takes 1 ns at least.");
        CheckIds(ApicIds, null, device);
    }

    /// <summary>Refuses APIC IDs that vCPUs cannot be made with.</summary>
    internal static void CheckIds(IReadOnlyList<uint> added, IMachine? machine, KvmDevice device)
    {
        ApicIdList.Check(added, machine, device.MaxVcpuCount);
        foreach (uint id in added)
        {
            Need(id <= device.MaxApicId, nameof(ApicIds), $"APIC ID {id} is too high: KVM's vCPUs have IDs up to {device.MaxApicId} here.");
        }
    }

    private static void Need(bool holds, string option, string message)
    {
        if (!holds)
        {
            throw new KvmOptionException(option, message);
        }
    }

    private bool Has(KvmQuirks quirk) => (Traits.Quirks & quirk) != 0;
}

/// <summary>A machine on the kernel's KVM cannot be what was asked for.</summary>
public sealed class KvmOptionException : MachineException
{
    /// <summary>A refusal.</summary>
    /// <param name="option">Which option of <see cref="KvmOptions"/> or of its traits.</param>
    /// <param name="message">The same in a sentence.</param>
    public KvmOptionException(string option, string message)
        : base(MachineError.OptionRefused, 0, $"{message}") => Option = option;

    /// <summary>Which option of <see cref="KvmOptions"/> or of its traits.</summary>
    public string Option { get; }
}
