using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>
/// The GHCB MSR, 0xC0010130, as a channel of its own: a request in bits 11:0 and more above, the answer in the same register (coconut-svsm
/// msr_protocol.rs; Xen ghcb.h).
/// </summary>
public static class GhcbMsrProtocol
{
    /// <summary>The MSR.</summary>
    public const uint Msr = 0xC001_0130;

    /// <summary>Asks for protocol versions and the encryption bit.</summary>
    public const ulong SevInfoRequest = 0x002;

    /// <summary>Highest version in 63:48, lowest in 47:32, encryption bit in 31:24.</summary>
    public const ulong SevInfoResponse = 0x001;

    /// <summary>Registers a GHCB: bits 63:12 are its page.</summary>
    public const ulong RegisterRequest = 0x012;

    /// <summary>Bits 63:12: the page, all ones when it was refused.</summary>
    public const ulong RegisterResponse = 0x013;

    /// <summary>Runs the VMPL of bits 39:32.</summary>
    public const ulong RunVmplRequest = 0x016;

    /// <summary>Bits 63:32: 0, or an error.</summary>
    public const ulong RunVmplResponse = 0x017;

    /// <summary>Asks for the hypervisor's features.</summary>
    public const ulong FeaturesRequest = 0x080;

    /// <summary>Bits 63:12: the features.</summary>
    public const ulong FeaturesResponse = 0x081;

    /// <summary>The guest ends.</summary>
    public const ulong TerminateRequest = 0x100;

    private const ulong CodeBits = 0xFFF;

    /// <summary>What is in the MSR after the exit; a request that is not known ends the guest, and stays there.</summary>
    internal static ulong Serve(SnpVcpu cpu, byte vmpl, ulong request)
    {
        const int EncryptionBit = 51;
        const ulong Versions = (2UL << 48) | (1UL << 32);
        switch (request & CodeBits)
        {
            case SevInfoRequest:
                return Versions | ((ulong)EncryptionBit << 24) | SevInfoResponse;
            case FeaturesRequest:
                return ((ulong)cpu.Platform.Features << 12) | FeaturesResponse;
            case RegisterRequest:
                bool fits = request >> cpu.Machine.Traits.PhysicalAddressBits == 0;
                cpu.State.GhcbAddress = fits ? request & ~CodeBits : cpu.State.GhcbAddress;
                return (fits ? request & ~CodeBits : ~CodeBits) | RegisterResponse;
            case RunVmplRequest:
                Answer ran = Hypervisor.Serve(cpu, vmpl, new(GhcbExitCode.RunVmpl, (request >> 32) & 0xFF));
                return ((ulong)(ran.Failure == 0 ? 0 : 1) << 32) | RunVmplResponse;
            default:
                cpu.Platform.Terminate();
                return request;
        }
    }
}
