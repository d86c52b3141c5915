namespace ApicShell.Architecture;

/// <summary>
/// What one model makes of one register: who may read and write it in each mode, which bits a write keeps, which bits must not be
/// written in x2APIC mode, and what reads and writes do.
/// </summary>
/// <param name="XApic">Access in xAPIC mode.</param>
/// <param name="X2Apic">Access in x2APIC mode.</param>
/// <param name="Kept">The bits that a write stores.</param>
/// <param name="X2Faults">Bits of 31:0 whose 1 raises #GP(0) when written in x2APIC mode. Bits 63:32 do so in every register but the ICR.</param>
internal sealed record ModelRow(RegisterAccess XApic, RegisterAccess X2Apic, uint Kept = 0, uint X2Faults = 0)
{
    /// <summary>A register that the model does not have.</summary>
    public static readonly ModelRow Absent = new(RegisterAccess.None, RegisterAccess.None);

    /// <summary>A register that Intel's APICs no longer have, of which a write notes no error (SDM vol. 3, table 10-1, note 1).</summary>
    public static readonly ModelRow Retired = Absent with { IsRetired = true };

    /// <summary>Whether a write of its place, where nothing is any more, notes no error.</summary>
    public bool IsRetired { get; init; }

    /// <summary>Bits that a write leaves as they were; all others that are not kept become 0.</summary>
    public uint ReadOnly { get; init; }

    /// <summary>Value after RESET and INIT.</summary>
    public uint Reset { get; init; }

    /// <summary>Where a read's value comes from.</summary>
    public ReadEffect Read { get; init; }

    /// <summary>What a write does.</summary>
    public WriteEffect Write { get; init; }

    /// <summary>By which rule a read ends, where it is not the mode's general one.</summary>
    public RuleId ReadRule { get; init; }

    /// <summary>By which rule a write ends, where it is not the mode's general one.</summary>
    public RuleId WriteRule { get; init; }

    /// <summary>By which rule a written bit faults in x2APIC mode, where it is not the general one.</summary>
    public RuleId FaultRule { get; init; } = RuleId.X2ReservedBits;
}
