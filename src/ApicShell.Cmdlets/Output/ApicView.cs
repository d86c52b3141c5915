using ApicShell.Architecture;

namespace ApicShell;

/// <summary>What guest, SVSM and hypervisor believe that a register holds: a snapshot.</summary>
public sealed class ApicView
{
    internal ApicView(ApicVcpu vcpu, ApicRegister register, ApicMode mode, ulong? guest, ulong? svsm, ulong? hypervisor)
    {
        Vcpu = vcpu;
        Register = register;
        Mode = mode;
        Guest = guest;
        Svsm = svsm;
        Hypervisor = hypervisor;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The register.</summary>
    public ApicRegister Register { get; }

    /// <summary>The mode of the local APIC behind the guest, which decides the form of guest's and hypervisor's values.</summary>
    public ApicMode Mode { get; }

    /// <summary>What the guest last read or wrote; null where it did neither.</summary>
    public ulong? Guest { get; }

    /// <summary>What the SVSM's APIC holds; null where it does not serve the register.</summary>
    public ulong? Svsm { get; }

    /// <summary>What the local APIC behind the guest holds: the hypervisor's on SEV-SNP.</summary>
    public ulong? Hypervisor { get; }

    /// <summary>Whether all that have a view mean the same.</summary>
    public bool Agrees => Same(Guest, Hypervisor) && Same(InSvsmForm(Guest), Svsm) && Same(InSvsmForm(Hypervisor), Svsm);

    private static bool Same(ulong? one, ulong? other) => one is null || other is null || one == other;

    /// <summary>The SVSM knows x2APIC forms only; in xAPIC mode the ID stands in bits 31:24.</summary>
    private ulong? InSvsmForm(ulong? value) => Register == ApicRegister.Id && Mode != ApicMode.X2Apic ? value >> 24 : value;
}
