namespace ApicShell.Emulation;

/// <summary>What a vCPU takes.</summary>
public enum TakenKind : byte
{
    /// <summary>Nothing: nothing is pending that may be taken.</summary>
    None,

    /// <summary>A fixed interrupt: its vector went from IRR to ISR.</summary>
    Fixed,

    /// <summary>The spurious vector; nothing is in service for it.</summary>
    Spurious,

    /// <summary>An interrupt whose vector came from a legacy interrupt controller; nothing is in service for it.</summary>
    ExtInt,

    /// <summary>An NMI.</summary>
    Nmi,

    /// <summary>An SMI.</summary>
    Smi,
}

/// <summary>What a vCPU took.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Vector">Its vector; 2 of an NMI, 0 of an SMI and of nothing.</param>
public readonly record struct TakenInterrupt(TakenKind Kind, byte Vector);
