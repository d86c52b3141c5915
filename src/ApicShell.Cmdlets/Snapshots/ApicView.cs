using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>What guest, SVSM and hypervisor believe that a register holds: a snapshot.</summary>
public sealed class ApicView
{
    private readonly ApicMode _svsmMode;
    private readonly ApicMode _hypervisorMode;

    internal ApicView(ApicVcpu vcpu, ApicRegister register, ulong? guest, ulong? svsm, ulong? hypervisor)
    {
        Vcpu = vcpu;
        Register = register;
        Mode = vcpu.Mode;
        _svsmMode = vcpu.IsWhole ? Mode : ApicMode.X2Apic;
        _hypervisorMode = vcpu.Machine.Core.ApicBaseOf(vcpu.Index, AccessOrigin.Guest).Mode;
        Guest = guest;
        Svsm = svsm;
        Hypervisor = hypervisor;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The register.</summary>
    public ApicRegister Register { get; }

    /// <summary>The mode of the local APIC that the guest uses, which decides the form of the guest's values.</summary>
    public ApicMode Mode { get; }

    /// <summary>What the guest last read or wrote; null where it did neither.</summary>
    public ulong? Guest { get; }

    /// <summary>What the SVSM's APIC holds; null where it does not serve the register.</summary>
    public ulong? Svsm { get; }

    /// <summary>What the local APIC behind the guest holds: the hypervisor's on SEV-SNP.</summary>
    public ulong? Hypervisor { get; }

    /// <summary>Hexadecimal digits of the values in the mode, 8 or 16.</summary>
    public int Digits => RegisterDigits.Of(Register, Mode == ApicMode.X2Apic ? AccessKind.Msr : AccessKind.Mmio);

    /// <summary>Whether all that have a view mean the same.</summary>
    public bool Agrees
    {
        get
        {
            (ulong? guest, ulong? svsm, ulong? hypervisor) = (InX2Form(Guest, Mode), InX2Form(Svsm, _svsmMode), InX2Form(Hypervisor, _hypervisorMode));
            return Same(guest, hypervisor) && Same(guest, svsm) && Same(hypervisor, svsm);
        }
    }

    private static bool Same(ulong? one, ulong? other) => one is null || other is null || one == other;

    /// <summary>In xAPIC mode the ID stands in bits 31:24.</summary>
    private ulong? InX2Form(ulong? value, ApicMode mode) =>
        Register == ApicRegister.Id && mode != ApicMode.X2Apic && value is { } id ? new XApicId((uint)id).Value : value;
}
