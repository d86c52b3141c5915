namespace ApicShell.Confidential;

/// <summary>Whose local APIC a VMPL uses.</summary>
public enum ApicScope
{
    /// <summary>One local APIC a vCPU, used by every VMPL: KVM without planes.</summary>
    Shared,

    /// <summary>One local APIC for each VMPL: KVM with planes.</summary>
    PerVmpl,
}

/// <summary>The privilege levels in use (COCONUT-SVSM: 0 the SVSM, 1 reserved, 2 the guest).</summary>
public static class Vmpl
{
    /// <summary>The SVSM's.</summary>
    public const byte Svsm = 0;

    /// <summary>That of a guest with an SVSM.</summary>
    public const byte Guest = 2;
}
