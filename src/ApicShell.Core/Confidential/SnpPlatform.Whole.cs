using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <content>What of a vCPU's APIC depends on whether the SVSM emulates it whole.</content>
public sealed partial class SnpPlatform
{
    /// <summary>Whether the SVSM emulates a vCPU's APIC whole, for handler Whole.</summary>
    public bool IsWhole(int vcpu) => _vcpus[vcpu].Handler == VcHandler.Whole && _vcpus[vcpu].Emulates != 0;

    /// <summary>Whether that APIC is off by APIC_BASE: what waits in it waits on.</summary>
    public bool IsWholeOff(int vcpu) => IsWhole(vcpu) && _vcpus[vcpu].ApicOff != 0;

    /// <summary>APIC_BASE as the guest of a vCPU reads it: the SVSM's where it emulates the APIC whole, else the hypervisor's.</summary>
    public ApicBase GuestApicBaseOf(Machine machine, int vcpu) => SeesWhole(vcpu)
        ? new(LentApic.Plane(machine).Apics[vcpu].ApicBase)
        : machine.ApicBaseOf(vcpu, AccessOrigin.Guest);

    /// <summary>What the SVSM lets the guest of a vCPU do with a register now; None for one it does not serve.</summary>
    public RegisterAccess SvsmAccess(Machine machine, int vcpu, ApicRegister register) =>
        IsWhole(vcpu) ? WholeApic.AccessOf(machine, vcpu, register) : SvsmAccess(register);

    internal override int ApicShownTo(int vcpu) => SeesWhole(vcpu) ? ApicsPerVcpu - 1 : base.ApicShownTo(vcpu);

    /// <summary>Whether that is the APIC that the guest's accesses reach; an SVSM may go on serving raw calls afterwards.</summary>
    private bool SeesWhole(int vcpu) => IsWhole(vcpu) && IsAlternateInjectionEnabled(vcpu);
}
