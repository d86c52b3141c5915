namespace ApicShell.Architecture;

/// <summary>MSR numbers of the local APIC (APM vol. 2, 16.3 and 16.11; SDM vol. 3).</summary>
public static class ApicMsr
{
    /// <summary>APIC_BASE: mode, bootstrap flag and page address.</summary>
    public const uint ApicBase = 0x1B;

    /// <summary>IA32_TSC_DEADLINE: arms the timer in TSC-deadline mode. Intel and KVM only.</summary>
    public const uint TscDeadline = 0x6E0;

    /// <summary>First of the x2APIC MSRs; register offset N of the page is MSR 0x800 + N/16.</summary>
    public const uint X2First = 0x800;

    /// <summary>Last MSR that stands for an offset of the 4 KiB page.</summary>
    public const uint X2Last = 0x8FF;

    /// <summary>Last MSR of the range that Intel reserves for x2APIC; 0x900 and above name no register in any model.</summary>
    public const uint X2ReservedLast = 0xBFF;
}
