using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>Exit codes of the GHCB protocol that concern the APIC (KVM svm.c and sev.c; KVM's restricted injection series; coconut-svsm ghcb.rs).</summary>
public static class GhcbExitCode
{
    /// <summary>RDMSR (info1 0) and WRMSR (info1 1).</summary>
    public const ulong Msr = 0x7C;

    /// <summary>A read of memory; info1 is the address, info2 the length.</summary>
    public const ulong MmioRead = 0x8000_0001;

    /// <summary>A write of memory; info1 is the address, info2 the length.</summary>
    public const ulong MmioWrite = 0x8000_0002;

    /// <summary>Makes or removes a vCPU: info1 bits 63:32 APIC ID, 19:16 VMPL, 15:0 what.</summary>
    public const ulong ApCreation = 0x8000_0013;

    /// <summary>The #HV doorbell page: info1 says what, info2 is the address.</summary>
    public const ulong Doorbell = 0x8000_0014;

    /// <summary>An IPI: info1 is the 64-bit ICR.</summary>
    public const ulong HvIpi = 0x8000_0015;

    /// <summary>The #HV timer. Unverified: the number fills the gap between its neighbours, and the argument (nanoseconds, 0 for off) is ours.</summary>
    public const ulong HvTimer = 0x8000_0016;

    /// <summary>The list of APIC IDs.</summary>
    public const ulong ApicIdList = 0x8000_0017;

    /// <summary>The vCPU goes on at the VMPL of info1.</summary>
    public const ulong RunVmpl = 0x8000_0018;

    /// <summary>Secure AVIC: info1 0 registers, 1 unregisters a backing page.</summary>
    public const ulong SecureAvic = 0x8000_001A;

    /// <summary>The vector (info1) by which the hypervisor tells the SVSM of interrupts for the guest.</summary>
    public const ulong ConfigureInjection = 0x8000_001B;

    /// <summary>Alternate Injection is over; info1 is VMPL in 23:16, TPR in 15:8, interrupt shadow in 1, IF in 0.</summary>
    public const ulong DisableAlternateInjection = 0x8000_001C;

    /// <summary>EOI of a level-triggered vector: info1 is VMPL in 23:16 and the vector in 7:0.</summary>
    public const ulong SpecificEoi = 0x8000_001D;

    /// <summary>Asks for the hypervisor's features: they come in info2.</summary>
    public const ulong Features = 0x8000_FFFD;

    /// <summary>The guest ends.</summary>
    public const ulong Terminate = 0x8000_FFFE;

    /// <summary>The guest's #VC handler does not know an event, and ends.</summary>
    public const ulong UnsupportedEvent = 0x8000_FFFF;

    /// <summary>Doorbell, info1: the address that the hypervisor would like; all ones for any.</summary>
    public const ulong DoorbellGetPreferred = 0;

    /// <summary>Doorbell, info1: info2 is the page.</summary>
    public const ulong DoorbellSet = 1;

    /// <summary>Doorbell, info1: which page it is; all ones for none.</summary>
    public const ulong DoorbellQuery = 2;

    /// <summary>Doorbell, info1: no page from now on.</summary>
    public const ulong DoorbellClear = 3;
}

/// <summary>What goes into a GHCB exit.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Info1">Exit information 1.</param>
/// <param name="Info2">Exit information 2.</param>
/// <param name="Rcx">RCX: the number of an MSR.</param>
/// <param name="Data">What is written: RDX:RAX of an MSR exit, the shared buffer of an MMIO exit, RAX of any other.</param>
public readonly record struct GhcbRequest(ulong Code, ulong Info1 = 0, ulong Info2 = 0, ulong Rcx = 0, ulong Data = 0)
{
    /// <summary>Whether it reads a register or memory.</summary>
    internal bool IsRead => Code == GhcbExitCode.MmioRead || (Code == GhcbExitCode.Msr && Info1 == 0);

    /// <summary>RDMSR.</summary>
    public static GhcbRequest ReadMsr(uint msr) => new(GhcbExitCode.Msr, 0, 0, msr);

    /// <summary>WRMSR.</summary>
    public static GhcbRequest WriteMsr(uint msr, ulong value) => new(GhcbExitCode.Msr, 1, 0, msr, value);
}

/// <summary>What a GHCB exit returns in the two exit information fields (KVM svm.c; Xen ghcb.h).</summary>
/// <param name="Info1">Bits 31:0 of information 1: 0 success, 1 an exception to raise, 2 malformed input.</param>
/// <param name="Info2">With 0 a result of some exits, with 1 the exception in the format of EVENT_INJ, with 2 the reason.</param>
/// <param name="Value">What a read returned.</param>
public readonly record struct GhcbReply(byte Info1, ulong Info2, ulong Value)
{
    /// <summary>Information 1: the exit succeeded.</summary>
    public const byte Success = 0;

    /// <summary>Information 1: raise the exception that information 2 describes.</summary>
    public const byte Exception = 1;

    /// <summary>Information 1: the input was malformed; information 2 says how.</summary>
    public const byte Malformed = 2;

    /// <summary>Reason 1: the GHCB is not registered.</summary>
    public const ulong NotRegistered = 1;

    /// <summary>Reason 2: the usage is not known.</summary>
    public const ulong InvalidUsage = 2;

    /// <summary>Reason 3: the scratch area is outside of what is shared.</summary>
    public const ulong InvalidScratch = 3;

    /// <summary>Reason 4: a field that the exit needs is not valid.</summary>
    public const ulong MissingInput = 4;

    /// <summary>Reason 5: a value is not allowed.</summary>
    public const ulong InvalidInput = 5;

    /// <summary>Reason 6: the exit code is not known, or not offered.</summary>
    public const ulong InvalidEvent = 6;

    /// <summary>Exception information: vector 13, type 3 (exception), valid. KVM leaves bit 11, error code valid, at 0.</summary>
    public const ulong GeneralProtection = 13 | (3 << 8) | (1UL << 31);

    /// <summary>The vector of the exception to raise.</summary>
    public byte Vector => (byte)Info2;

    /// <summary>What the answer of an exit returns to the guest.</summary>
    internal static GhcbReply Of(in GhcbRequest request, in Answer answer) =>
        answer.Fault == GuestFault.Terminated || answer.Rule == RuleId.NoCapability ? new(Malformed, InvalidEvent, 0)
        : answer.Failure != 0 ? new(answer.ExitInfo1, answer.ExitInfo2, 0)
        : request.IsRead ? new(Success, 0, answer.Value)
        : new(Success, answer.Value, 0);
}
