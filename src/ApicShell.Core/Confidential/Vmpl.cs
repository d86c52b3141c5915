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
internal static class Vmpl
{
    public const byte Svsm = 0;

    public const byte Guest = 2;
}
