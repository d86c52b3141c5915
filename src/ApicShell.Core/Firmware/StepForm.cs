namespace ApicShell.Firmware;

/// <summary>What a word of a step stands for.</summary>
public enum StepOperand : byte
{
    /// <summary>A register of the page, by name.</summary>
    Register,

    /// <summary>Bits to clear, 32 bits.</summary>
    Clear,

    /// <summary>A value, 32 bits.</summary>
    Value,

    /// <summary>A value, 64 bits.</summary>
    LongValue,

    /// <summary>A mode: Disabled, XApic or X2Apic.</summary>
    Mode,

    /// <summary>An MSR number.</summary>
    Msr,

    /// <summary>An offset in the page.</summary>
    Offset,

    /// <summary>A vector, 0 to 255.</summary>
    Vector,

    /// <summary>A vector, or nothing for any.</summary>
    AnyVector,

    /// <summary>A vCPU, or the word others for all but the sender.</summary>
    Target,

    /// <summary>Nanoseconds, or nothing for the end of the next timer.</summary>
    Nanoseconds,

    /// <summary>CR8, 0 to 15.</summary>
    Cr8,

    /// <summary>A #VC handler, by name.</summary>
    Handler,
}

/// <summary>How a step is written, and what it means: a row of <see cref="StepGrammar"/>.</summary>
/// <param name="Verb">What the step does.</param>
/// <param name="Words">The words it begins with.</param>
/// <param name="Operands">What follows.</param>
/// <param name="Summary">What it means, in one sentence.</param>
public sealed record StepForm(StepVerb Verb, string Words, StepOperand[] Operands, string Summary);
