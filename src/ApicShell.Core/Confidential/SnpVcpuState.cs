using System.Runtime.InteropServices;

namespace ApicShell.Confidential;

/// <summary>What SEV-SNP adds to a vCPU: plain data, parallel to its local APICs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SnpVcpuState
{
    /// <summary>The SVSM's APIC; it means something while the SVSM emulates one.</summary>
    public SvsmApicState Svsm;

    /// <summary>The guest's VMSA.</summary>
    public Vmsa Vmsa;

    /// <summary>The #HV doorbell page: VMPL0's, so the SVSM's, or the guest's where there is no SVSM.</summary>
    public HvDoorbell Doorbell;

    /// <summary>Where that page is, where <see cref="HasDoorbell"/> says that there is one.</summary>
    public ulong DoorbellAddress;

    /// <summary>Where the GHCB is, as last registered.</summary>
    public ulong GhcbAddress;

    /// <summary>ICR2, bits 31:24, as the guest's #VC handler keeps it where it translates the page; no INIT clears memory.</summary>
    public uint HandlerIcr2;

    /// <summary>The calling area.</summary>
    public CallingArea CallingArea;

    /// <summary>1 while a doorbell page is registered.</summary>
    public byte HasDoorbell;

    /// <summary>1 while the SVSM emulates this vCPU's APIC, so serves its calls.</summary>
    public byte Emulates;

    /// <summary>1 while the vCPU is in the SVSM and not in the guest.</summary>
    public byte InSvsm;

    /// <summary>1 when the hypervisor has something for the SVSM and does not let the vCPU run.</summary>
    public byte SignalPending;

    /// <summary>The vector by which the hypervisor tells the SVSM that there is something to do; 0 for none.</summary>
    public byte InjectionVector;

    /// <summary>1 while the APIC that the SVSM emulates whole is off by APIC_BASE: it gives the guest NMIs only.</summary>
    public byte ApicOff;

    /// <summary>How the guest's #VC handler treats APIC accesses meanwhile.</summary>
    public VcHandler Handler;

    /// <summary>Whether the SVSM emulates its APIC whole, for handler Whole.</summary>
    public readonly bool IsWhole => Handler == VcHandler.Whole && Emulates != 0;

    /// <summary>Clears what nothing will look at any more, so that states which go on alike are the same bytes.</summary>
    internal void ForgetEnded()
    {
        Svsm.ForgetEnded();
        Vmsa.InterruptControl = Vmsa.InterruptControl.WithoutEnded();
        Vmsa.ExitInterrupt = InSvsm != 0 ? Vmsa.ExitInterrupt : default;
    }
}
