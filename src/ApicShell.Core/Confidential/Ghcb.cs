namespace ApicShell.Confidential;

/// <summary>Exit codes of the GHCB protocol that concern the APIC (KVM svm.c and sev.c; coconut-svsm ghcb.rs).</summary>
public static class GhcbExitCode
{
    /// <summary>RDMSR (info1 0) and WRMSR (info1 1).</summary>
    public const ulong Msr = 0x7C;

    /// <summary>A read of memory; info1 is the address, info2 the length.</summary>
    public const ulong MmioRead = 0x8000_0001;

    /// <summary>A write of memory; info1 is the address, info2 the length.</summary>
    public const ulong MmioWrite = 0x8000_0002;

    /// <summary>Alternate Injection is over; info1 is VMPL in 23:16, TPR in 15:8, interrupt shadow in 1, IF in 0.</summary>
    public const ulong DisableAlternateInjection = 0x8000_001C;
}

/// <summary>What a GHCB exit returns in the two exit information fields (KVM svm.c; Xen ghcb.h).</summary>
/// <param name="Info1">Bits 31:0 of information 1: 0 success, 1 an exception to raise, 2 malformed input.</param>
/// <param name="Info2">With 1 the exception in the format of EVENT_INJ, with 2 the reason.</param>
/// <param name="Value">What a read returned.</param>
internal readonly record struct GhcbResult(byte Info1, ulong Info2, ulong Value)
{
    /// <summary>Information 1: the exit succeeded.</summary>
    public const byte Success = 0;

    /// <summary>Information 1: raise the exception that information 2 describes.</summary>
    public const byte Exception = 1;

    /// <summary>Information 1: the input was malformed; information 2 says how.</summary>
    public const byte Malformed = 2;

    /// <summary>Reason 5: invalid input.</summary>
    public const ulong InvalidInput = 5;

    /// <summary>Exception information: vector 13, type 3 (exception), valid. KVM leaves bit 11, error code valid, at 0.</summary>
    public const ulong GeneralProtection = 13 | (3 << 8) | (1UL << 31);

    /// <summary>The vector of the exception to raise.</summary>
    public byte Vector => (byte)Info2;
}
