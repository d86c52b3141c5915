using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>The registers of a call from a guest to the SVSM: what goes in, and what comes out.</summary>
/// <param name="Rax">In: protocol in bits 63:32, call in 31:0. Out: the result code.</param>
/// <param name="Rcx">By call.</param>
/// <param name="Rdx">By call.</param>
/// <param name="R8">By call; no call of these protocols uses it.</param>
public readonly record struct SvsmRegisterSet(ulong Rax, ulong Rcx = 0, ulong Rdx = 0, ulong R8 = 0)
{
    /// <summary>The registers of a call.</summary>
    public static SvsmRegisterSet Call(uint protocol, uint call, ulong rcx = 0, ulong rdx = 0) => new(((ulong)protocol << 32) | call, rcx, rdx);

    /// <summary>The protocol that RAX asks for.</summary>
    public uint Protocol => (uint)(Rax >> 32);

    /// <summary>The call that RAX asks for.</summary>
    public uint CallNumber => (uint)Rax;

    /// <summary>RAX as a result.</summary>
    public SvsmResult Result => (SvsmResult)(uint)Rax;

    /// <summary>The registers after a call that was answered so.</summary>
    internal SvsmRegisterSet After(in Answer answer)
    {
        if (answer.Fault == GuestFault.Terminated || answer.Rule is RuleId.None or RuleId.NoCapability)
        {
            // The SVSM saw no call, or there is none.
            return this;
        }

        SvsmRegisterSet after = this with { Rax = (uint)answer.SvsmResult };
        bool inRcx = (Protocol, CallNumber) is (SvsmProtocol.Core, _) or (SvsmProtocol.Apic, SvsmCall.QueryFeatures);
        return !answer.HasValue ? after
            : inRcx ? after with { Rcx = answer.Value }
            : after with { Rdx = answer.Value };
    }
}

/// <summary>Protocols of an SVSM (coconut-svsm protocols/mod.rs).</summary>
public static class SvsmProtocol
{
    /// <summary>Core.</summary>
    public const uint Core = 0;

    /// <summary>Attestation.</summary>
    public const uint Attestation = 1;

    /// <summary>vTPM.</summary>
    public const uint VirtualTpm = 2;

    /// <summary>APIC.</summary>
    public const uint Apic = 3;

    /// <summary>UEFI management mode.</summary>
    public const uint UefiMm = 4;
}

/// <summary>Calls of the APIC protocol, and the one of the core protocol that asks for it (coconut-svsm protocols/apic.rs, core.rs).</summary>
public static class SvsmCall
{
    /// <summary>Core: RCX has a protocol and a version; out comes the range of versions, 0 for none.</summary>
    public const uint QueryProtocol = 6;

    /// <summary>APIC: RCX out is the set of features, none.</summary>
    public const uint QueryFeatures = 0;

    /// <summary>APIC: RCX 0 asks, 1 deregisters, 2 registers.</summary>
    public const uint Configure = 1;

    /// <summary>APIC: reads the register of MSR RCX into RDX.</summary>
    public const uint ReadRegister = 2;

    /// <summary>APIC: writes RDX to the register of MSR RCX.</summary>
    public const uint WriteRegister = 3;

    /// <summary>APIC: RCX bits 7:0 vector, 8 allow, 9 all vectors.</summary>
    public const uint ConfigureVector = 4;

    /// <summary>
    /// Hypothetical, served where the SVSM emulates a whole local APIC: reads the page into RDX. RCX bits 11:0 the offset, 19:16 the bytes.
    /// </summary>
    public const uint ReadPage = 5;

    /// <summary>Hypothetical, served where the SVSM emulates a whole local APIC: writes RDX to the page. RCX as for <see cref="ReadPage"/>.</summary>
    public const uint WritePage = 6;
}
