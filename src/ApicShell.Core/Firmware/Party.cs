namespace ApicShell.Firmware;

/// <summary>Who can change something in the way of an access from a guest to its APIC.</summary>
public enum Party : byte
{
    /// <summary>The firmware: edk2's OVMF.</summary>
    Edk2,

    /// <summary>The SVSM, as COCONUT-SVSM.</summary>
    Svsm,

    /// <summary>The hypervisor: Linux KVM.</summary>
    Kvm,

    /// <summary>User space of the hypervisor, which makes the machine: QEMU.</summary>
    Qemu,

    /// <summary>The guest's kernel, as Linux.</summary>
    Guest,

    /// <summary>A specification: AMD's manual, or the SVSM's protocol.</summary>
    Specification,
}
