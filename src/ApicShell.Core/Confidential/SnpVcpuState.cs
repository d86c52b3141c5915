using System.Runtime.InteropServices;

namespace ApicShell.Confidential;

/// <summary>What SEV-SNP adds to a vCPU: plain data, parallel to its local APICs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SnpVcpuState
{
    /// <summary>The SVSM's APIC; it means something while Alternate Injection is on.</summary>
    public SvsmApicState Svsm;

    /// <summary>1 while the SVSM emulates this vCPU's APIC.</summary>
    public byte AlternateInjection;

    /// <summary>How the guest's #VC handler treats APIC accesses meanwhile.</summary>
    public VcHandler Handler;
}
