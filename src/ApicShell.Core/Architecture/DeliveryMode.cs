namespace ApicShell.Architecture;

/// <summary>What an interrupt message is: bits 10:8 of ICR, LVT entries and MSI data, "message type" in the APM (APM vol. 2, 16.5; SDM vol. 3).</summary>
public enum DeliveryMode : byte
{
    /// <summary>To every APIC addressed, with the message's vector.</summary>
    Fixed = 0,

    /// <summary>To one of the APICs addressed.</summary>
    LowestPriority = 1,

    /// <summary>System management interrupt.</summary>
    Smi = 2,

    /// <summary>Read of a register of another APIC (AMD).</summary>
    RemoteRead = 3,

    /// <summary>Non-maskable interrupt.</summary>
    Nmi = 4,

    /// <summary>INIT.</summary>
    Init = 5,

    /// <summary>Start-up IPI; the vector is the page to start at.</summary>
    Startup = 6,

    /// <summary>The vector comes from a legacy interrupt controller.</summary>
    ExtInt = 7,
}

/// <summary>Whom an IPI is for: bits 19:18 of ICR (APM vol. 2, 16.5; SDM vol. 3).</summary>
public enum DestinationShorthand : byte
{
    /// <summary>The destination field says.</summary>
    None = 0,

    /// <summary>The sender.</summary>
    Self = 1,

    /// <summary>All, the sender too.</summary>
    All = 2,

    /// <summary>All but the sender.</summary>
    AllButSelf = 3,
}
