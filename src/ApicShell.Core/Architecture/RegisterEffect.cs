namespace ApicShell.Architecture;

/// <summary>Where the value of a read comes from.</summary>
internal enum ReadEffect : byte
{
    /// <summary>From the register file.</summary>
    Stored,

    /// <summary>Always 0.</summary>
    Zero,

    /// <summary>The processor priority, from TPR and the highest in-service vector.</summary>
    Ppr,

    /// <summary>The arbitration priority, from TPR and the highest in-service and requested vectors.</summary>
    Apr,

    /// <summary>The timer's count.</summary>
    TimerCurrent,

    /// <summary>Both halves of the ICR as one 64-bit value.</summary>
    Icr64,

    /// <summary>Nothing: the model leaves the result open.</summary>
    Undefined,

    /// <summary>Nothing, and the APIC notes an illegal register address.</summary>
    IllegalAddress,

    /// <summary>#GP(0).</summary>
    Fault,
}

/// <summary>What a write does.</summary>
internal enum WriteEffect : byte
{
    /// <summary>Stores the bits that are kept.</summary>
    Store,

    /// <summary>Stores, and the APIC answers to other destinations from then on.</summary>
    Identity,

    /// <summary>Is accepted and changes nothing.</summary>
    Nothing,

    /// <summary>Is dropped.</summary>
    Drop,

    /// <summary>Ends the highest interrupt in service.</summary>
    Eoi,

    /// <summary>Ends the interrupt of the written vector, where that is enabled.</summary>
    SpecificEoi,

    /// <summary>Stores, and masks every LVT entry when it turns the APIC off by software.</summary>
    Svr,

    /// <summary>Makes the errors noted since the last write readable.</summary>
    LatchErrors,

    /// <summary>Stores the low half and sends the IPI.</summary>
    Icr,

    /// <summary>Stores both halves and sends the IPI.</summary>
    Icr64,

    /// <summary>Stores, with the mask bit forced while the APIC is off by software.</summary>
    Lvt,

    /// <summary>As <see cref="Lvt"/>, and follows a change of the timer's mode.</summary>
    LvtTimer,

    /// <summary>As <see cref="Lvt"/>, and the pin's level counts anew.</summary>
    LvtPin,

    /// <summary>Starts or stops the timer.</summary>
    TimerInitial,

    /// <summary>Changes how fast the timer counts.</summary>
    TimerDivide,

    /// <summary>Sends a fixed IPI to the sender itself.</summary>
    SelfIpi,

    /// <summary>Stores where the extended control register allows it.</summary>
    Ier,

    /// <summary>Is dropped, and the APIC notes an illegal register address.</summary>
    IllegalAddress,

    /// <summary>#GP(0).</summary>
    Fault,
}
