namespace ApicShell.Confidential;

/// <summary>
/// VINTR_CTRL of the VMSA, offset 0x3B8: bits 7:0 V_TPR (four are kept), 8 V_IRQ, 9 VGIF, 10 INT_SHADOW, 11 V_NMI, 12 V_NMI_MASK, 19:16 V_INTR_PRIO,
/// 20 V_IGN_TPR, 26 V_NMI_ENABLE, 39:32 V_INTR_VECTOR, 63 BUSY (coconut-svsm cpuarch/vmsa.rs).
/// </summary>
/// <param name="Value">The 64 bits.</param>
public readonly record struct VirtualInterruptControl(ulong Value)
{
    internal const ulong TprBits = 0xF;
    internal const ulong RequestBit = 1UL << 8;
    internal const ulong GifBit = 1UL << 9;
    internal const ulong ShadowBit = 1UL << 10;
    internal const ulong IgnoreTprBit = 1UL << 20;
    internal const ulong BusyBit = 1UL << 63;
    private const ulong QueueBits = RequestBit | (0xFUL << 16) | IgnoreTprBit | (0xFFUL << 32);

    /// <summary>V_TPR: bits 7:4 of the task priority.</summary>
    public byte TaskPriority => (byte)(Value & TprBits);

    /// <summary>V_IRQ: an interrupt waits for the guest to be able to take it.</summary>
    public bool HasRequest => (Value & RequestBit) != 0;

    /// <summary>VGIF.</summary>
    public bool GlobalInterruptFlag => (Value & GifBit) != 0;

    /// <summary>INT_SHADOW: the next instruction still runs without interrupts.</summary>
    public bool InterruptShadow => (Value & ShadowBit) != 0;

    /// <summary>V_NMI.</summary>
    public bool HasNmi => (Value & (1 << 11)) != 0;

    /// <summary>V_NMI_MASK.</summary>
    public bool NmiMask => (Value & (1 << 12)) != 0;

    /// <summary>V_INTR_PRIO: the class of the vector.</summary>
    public byte Priority => (byte)((Value >> 16) & 0xF);

    /// <summary>V_IGN_TPR: the task priority does not count.</summary>
    public bool IgnoresTaskPriority => (Value & IgnoreTprBit) != 0;

    /// <summary>V_NMI_ENABLE.</summary>
    public bool NmiEnable => (Value & (1 << 26)) != 0;

    /// <summary>V_INTR_VECTOR.</summary>
    public byte Vector => (byte)(Value >> 32);

    /// <summary>BUSY.</summary>
    public bool IsBusy => (Value & BusyBit) != 0;

    /// <summary>Whether the guest would take the request now, with RFLAGS.IF set: never while VGIF is 0 (APM vol. 2, 15.33.2; coconut-svsm 8d16faaa).</summary>
    internal bool MayBeTaken => (Value & (RequestBit | GifBit | ShadowBit)) == (RequestBit | GifBit) && (IgnoresTaskPriority || Priority > TaskPriority);

    /// <summary>With a request of a vector, at the priority of its class.</summary>
    internal VirtualInterruptControl Queue(byte vector) =>
        new((Value & ~QueueBits) | RequestBit | ((ulong)(vector >> 4) << 16) | ((ulong)vector << 32));

    /// <summary>Without what is left of a request that was taken, or taken back: nothing looks at it.</summary>
    internal VirtualInterruptControl WithoutEnded() => HasRequest ? this : new(Value & ~QueueBits);

    internal VirtualInterruptControl With(ulong bits, bool on) => new(on ? Value | bits : Value & ~bits);

    internal VirtualInterruptControl WithTaskPriority(byte value) => new((Value & ~0xFFUL) | (value & TprBits));
}
