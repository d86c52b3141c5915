namespace ApicShell.Firmware;

/// <summary>How a guest's code reaches its APIC.</summary>
public enum GuestLibrary : byte
{
    /// <summary>As edk2's BaseXApicX2ApicLib: it looks at APIC_BASE before every access (facts 7.2).</summary>
    Ovmf,

    /// <summary>As Linux: memory until it has found or switched on x2APIC mode itself, MSRs from then on (Linux arch/x86/kernel/apic/apic.c).</summary>
    Linux,

    /// <summary>Memory, whatever the mode: code that knows xAPIC mode only.</summary>
    XApic,

    /// <summary>MSRs, whatever the mode: code that knows x2APIC mode only.</summary>
    X2Apic,
}
