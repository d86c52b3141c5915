using ApicShell.Confidential;

namespace ApicShell;

/// <summary>What a VMPL has of a #HV doorbell page: a snapshot.</summary>
public sealed class ApicDoorbellDescriptor
{
    internal ApicDoorbellDescriptor(DoorbellDescriptor descriptor)
    {
        Status = descriptor.Status;
        Irr = new(word => word == 0 ? 0 : descriptor.Irr(word));
        Isr = new(descriptor.Isr);
    }

    /// <summary>The status word.</summary>
    public uint Status { get; }

    /// <summary>Status bits 7:0: a single vector, 0 for none.</summary>
    public byte Vector => (byte)Status;

    /// <summary>Status bit 8: an NMI.</summary>
    public bool Nmi => Has(DoorbellDescriptor.NmiBit);

    /// <summary>Status bit 9: a machine check.</summary>
    public bool MachineCheck => Has(DoorbellDescriptor.MachineCheckBit);

    /// <summary>Status bit 10: the single vector is level-triggered.</summary>
    public bool LevelTriggered => Has(DoorbellDescriptor.LevelBit);

    /// <summary>Status bit 14: there are vectors in the IRR or in bit 31.</summary>
    public bool MultipleVectors => Has(DoorbellDescriptor.MultipleBit);

    /// <summary>Status bit 27: an IPI is requested.</summary>
    public bool IpiRequested => Has(DoorbellDescriptor.IpiRequestedBit);

    /// <summary>Status bit 31: vector 31, for which the IRR has no bit.</summary>
    public bool Vector31 => Has(DoorbellDescriptor.Vector31Bit);

    /// <summary>Vectors that are requested, 32 to 255.</summary>
    public ApicVectorSet Irr { get; }

    /// <summary>Vectors in service.</summary>
    public ApicVectorSet Isr { get; }

    /// <summary>The status in words: the number and what it means.</summary>
    public string Description => SnpViewText.Status(this);

    private bool Has(uint bit) => (Status & bit) != 0;
}
