namespace ApicShell;

/// <summary>What became of the interrupt of a timer that ended.</summary>
public enum TimerInterrupt
{
    /// <summary>The APIC accepted it: its vector is requested.</summary>
    Delivered,

    /// <summary>It waits behind a mask bit or an APIC that is off, and will be delivered when that ends: model Kvm.</summary>
    HeldBack,

    /// <summary>A mask bit or an APIC that is off kept it away, and nothing remembers it: models Amd and Intel.</summary>
    Lost,
}

/// <summary>A timer that ended while the clock was stepped. A snapshot.</summary>
public sealed class ApicTimerExpiry
{
    internal ApicTimerExpiry(ApicVcpu vcpu, byte vector, ulong time, TimerInterrupt interrupt) =>
        (Vcpu, Vector, Time, Interrupt) = (vcpu, vector, time, interrupt);

    /// <summary>Whose timer.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The vector in its entry.</summary>
    public byte Vector { get; }

    /// <summary>When, in nanoseconds of the machine's clock; of a periodic timer the first end in the step.</summary>
    public ulong Time { get; }

    /// <summary>What became of its interrupt.</summary>
    public TimerInterrupt Interrupt { get; }

    /// <summary>The same in words: <c>held back</c>.</summary>
    public string Ending => ViewText.Ending(Interrupt);

    /// <inheritdoc/>
    public override string ToString() => $"{Vcpu} 0x{Vector:X2} {Ending}";
}
