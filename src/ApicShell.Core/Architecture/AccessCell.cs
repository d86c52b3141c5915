namespace ApicShell.Architecture;

/// <summary>What one access to one place of the page does, in one model and mode: all that the access path looks up.</summary>
internal readonly struct AccessCell
{
    public ApicRegister Register { get; init; }

    public ReadEffect Read { get; init; }

    public WriteEffect Write { get; init; }

    /// <summary>By which rule a read ends.</summary>
    public RuleId ReadRule { get; init; }

    /// <summary>By which rule a write ends.</summary>
    public RuleId WriteRule { get; init; }

    /// <summary>By which rule a write of a faulting bit in 31:0 ends.</summary>
    public RuleId FaultRule { get; init; }

    /// <summary>By which rule a write ends that loses bits.</summary>
    public RuleId LossRule { get; init; }

    /// <summary>Bits that a write stores.</summary>
    public uint Kept { get; init; }

    /// <summary>Bits that a write leaves as they were.</summary>
    public uint ReadOnly { get; init; }

    /// <summary>Bits whose 1 raises #GP(0) when written.</summary>
    public ulong Faults { get; init; }

    /// <summary>What a write stores.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="stored">What the register holds.</param>
    public uint KeptOf(uint written, uint stored) => (written & Kept) | (stored & ReadOnly);

    /// <summary>By which rule a write that does not fault ends.</summary>
    public RuleId RuleOf(uint written) => (written & ~(Kept | ReadOnly)) == 0 ? WriteRule : LossRule;
}
