using ApicShell.Emulation;

namespace ApicShell;

/// <summary>What a vCPU took: a snapshot.</summary>
public sealed class ApicInterrupt
{
    internal ApicInterrupt(ApicVcpu vcpu, in TakenInterrupt taken, in LocalApicState before, in LocalApicState after, bool completed)
    {
        Vcpu = vcpu;
        Kind = taken.Kind;
        Vector = taken.Kind == TakenKind.Smi ? null : taken.Vector;
        LevelTriggered = taken.Kind == TakenKind.Fixed && after.Has(Architecture.ApicRegister.Tmr0, taken.Vector);
        Interrupted = before.HighestInService is >= 0 and var vector ? (byte)vector : null;
        ProcessorPriority = (byte)after.ProcessorPriority;
        Completed = completed;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>What it was.</summary>
    public TakenKind Kind { get; }

    /// <summary>Its vector; 2 of an NMI, null of an SMI.</summary>
    public byte? Vector { get; }

    /// <summary>Whether it was level-triggered.</summary>
    public bool LevelTriggered { get; }

    /// <summary>The vector that was in service and is interrupted by it; null for none.</summary>
    public byte? Interrupted { get; }

    /// <summary>PPR right after it was taken, before any EOI.</summary>
    public byte ProcessorPriority { get; }

    /// <summary>Whether its EOI was written.</summary>
    public bool Completed { get; }

    /// <inheritdoc/>
    public override string ToString() => Vector is { } vector && Kind != TakenKind.Nmi ? $"{Kind} 0x{vector:X2}" : $"{Kind}";
}
