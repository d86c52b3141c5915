namespace ApicShell.Architecture;

/// <summary>How wide the values of registers are written.</summary>
public static class RegisterDigits
{
    private const int Wide = 16;
    private const int Narrow = 8;

    /// <summary>Hexadecimal digits of a register's value: 16 of APIC_BASE, TSC_DEADLINE and the x2APIC ICR, else 8.</summary>
    /// <param name="register">The register.</param>
    /// <param name="kind">By which way it is reached.</param>
    public static int Of(ApicRegister register, AccessKind kind) =>
        register is ApicRegister.ApicBase or ApicRegister.TscDeadline || (register == ApicRegister.Icr && kind == AccessKind.Msr) ? Wide : Narrow;
}
