using ApicShell.Confidential;

namespace ApicShell;

/// <summary>The #HV doorbell page of a vCPU: a snapshot.</summary>
public sealed class ApicDoorbell
{
    internal ApicDoorbell(ApicVcpu vcpu, SnpPlatform platform)
    {
        HvDoorbell page = platform.DoorbellOf(vcpu.Index);
        Vcpu = vcpu;
        Address = platform.DoorbellAddressOf(vcpu.Index);
        Vector = page.Vector;
        Nmi = (page.Flags & HvDoorbell.NmiBit) != 0;
        MachineCheck = (page.Flags & HvDoorbell.MachineCheckBit) != 0;
        NoFurtherSignal = (page.Flags & HvDoorbell.NoFurtherSignalBit) != 0;
        NoEoiRequired = page.NoEoiRequired != 0;
        VmplEvents = page.VmplEvents;
        Guest = platform.Injection == SnpInjection.Alternate ? new(page.Guest) : null;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Whose page it is: VMPL0's, which is the SVSM's, or under Restricted Injection the guest's.</summary>
    public byte Vmpl { get; }

    /// <summary>Where the page is registered; null where none is.</summary>
    public ulong? Address { get; }

    /// <summary>Byte 0: the vector for the page's owner, 0 for none.</summary>
    public byte Vector { get; }

    /// <summary>Byte 1, bit 0: an NMI for the page's owner.</summary>
    public bool Nmi { get; }

    /// <summary>Byte 1, bit 1: a machine check.</summary>
    public bool MachineCheck { get; }

    /// <summary>Byte 1, bit 7: #HV was raised, and its handler has not cleared this yet.</summary>
    public bool NoFurtherSignal { get; }

    /// <summary>Byte 2: the owner may leave out its next EOI.</summary>
    public bool NoEoiRequired { get; }

    /// <summary>Byte 3: bit VMPL-1 says that the descriptor of that VMPL has something new.</summary>
    public byte VmplEvents { get; }

    /// <summary>The descriptor of the guest's VMPL; null under Restricted Injection, where the page itself is the guest's.</summary>
    public ApicDoorbellDescriptor? Guest { get; }

    /// <summary>What the descriptor's status says; null where there is no descriptor.</summary>
    public string? GuestStatus => Guest?.Description;

    /// <summary>Vectors that the descriptor requests, as text; null where there is none.</summary>
    public string? GuestIrrRanges => Guest?.Irr.Ranges;

    /// <summary>Vectors that the descriptor has in service, as text; null where there is none.</summary>
    public string? GuestIsrRanges => Guest?.Isr.Ranges;

    /// <summary>What the page tells its owner.</summary>
    public string Description => SnpViewText.Owner(this);
}
