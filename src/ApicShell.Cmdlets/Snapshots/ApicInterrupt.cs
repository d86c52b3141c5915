using ApicShell.Emulation;

namespace ApicShell;

/// <summary>What a vCPU took: a snapshot.</summary>
public sealed class ApicInterrupt
{
    internal ApicInterrupt(
        ApicVcpu vcpu, in TakenInterrupt taken, in DeliveringApic before, in DeliveringApic after, EoiEnding ending, bool intercepted = false)
    {
        Vcpu = vcpu;
        Kind = taken.Kind;
        Vector = taken.Kind == TakenKind.Smi ? null : taken.Vector;
        LevelTriggered = taken.Kind == TakenKind.Fixed && after.LevelTriggered.Contains(taken.Vector);
        Interrupted = before.HighestInService >= 0 ? (byte)before.HighestInService : null;
        ProcessorPriority = after.ProcessorPriority;
        Completed = ending is EoiEnding.Written or EoiEnding.LeftOut;
        Lazily = ending == EoiEnding.LeftOut;
        Intercepted = intercepted;
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

    /// <summary>Whether it was ended, by a write of EOI or lazily.</summary>
    public bool Completed { get; }

    /// <summary>Whether it was ended without a write of EOI: the guest cleared no_eoi_required.</summary>
    public bool Lazily { get; }

    /// <summary>Whether an intercept hit while the guest took it, so that it comes again.</summary>
    public bool Intercepted { get; }

    /// <inheritdoc/>
    public override string ToString() => Vector is { } vector && Kind != TakenKind.Nmi ? $"{Kind} 0x{vector:X2}" : $"{Kind}";
}
