using ApicShell.Architecture;
using ApicShell.Emulation;

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

/// <summary>
/// The calls that the SVSM serves: the APIC protocol whole, of the core protocol the query for it. A call that is known but not ours ends as any
/// unknown one.
/// </summary>
internal static class SvsmCalls
{
    /// <summary>The only version of the APIC protocol.</summary>
    private const ulong Version = 1;

    public static SvsmResult Serve(SnpPlatform platform, Machine machine, int vcpu, ref SvsmRegisterSet registers, out RuleId rule)
    {
        rule = RuleId.SvsmUnsupported;
        switch (registers.Protocol)
        {
            case SvsmProtocol.Core:
                return ServeCore(platform, vcpu, ref registers, out rule);
            case SvsmProtocol.Apic when platform.At(vcpu).Emulates != 0:
                return ServeApic(platform, machine, vcpu, ref registers, out rule);
            case SvsmProtocol.Apic:
                rule = RuleId.SvsmNoEmulation;
                return SvsmResult.UnsupportedProtocol;
            default:
                return SvsmResult.UnsupportedProtocol;
        }
    }

    private static SvsmResult ServeCore(SnpPlatform platform, int vcpu, ref SvsmRegisterSet registers, out RuleId rule)
    {
        rule = RuleId.SvsmUnsupported;
        if (registers.CallNumber != SvsmCall.QueryProtocol)
        {
            return SvsmResult.UnsupportedCall;
        }

        ulong versions = (registers.Rcx >> 32, (uint)registers.Rcx) switch
        {
            (SvsmProtocol.Core, 1) => Range(1, 1),
            (SvsmProtocol.Apic, (uint)Version) when platform.At(vcpu).Emulates != 0 => Range(Version, Version),
            _ => 0,
        };
        registers = registers with { Rcx = versions };
        rule = RuleId.SvsmQueriesProtocol;
        return SvsmResult.Success;
    }

    private static ulong Range(ulong lowest, ulong highest) => (highest << 32) | lowest;

    private static SvsmResult ServeApic(SnpPlatform platform, Machine machine, int vcpu, ref SvsmRegisterSet registers, out RuleId rule)
    {
        if (platform.IsWhole(vcpu) && WholeCalls.TryServe(platform, machine, vcpu, ref registers, out SvsmResult result, out rule))
        {
            return result;
        }

        switch (registers.CallNumber)
        {
            case SvsmCall.QueryFeatures:
                registers = registers with { Rcx = 0 };
                rule = RuleId.SvsmServes;
                return SvsmResult.Success;
            case SvsmCall.Configure:
                return Configure(platform, machine, vcpu, registers.Rcx, out rule);
            case SvsmCall.ReadRegister:
                SvsmReply read = SvsmRegisters.Read(platform, machine, vcpu, ref platform.At(vcpu), in platform.Served(registers.Rcx));
                registers = read.Succeeded ? registers with { Rdx = read.Value } : registers;
                rule = read.Rule;
                return read.Result;
            case SvsmCall.WriteRegister:
                SvsmReply written = SvsmRegisters.Write(platform, machine, vcpu, ref platform.At(vcpu), in platform.Served(registers.Rcx), registers.Rdx);
                rule = written.Rule;
                return written.Result;
            case SvsmCall.ConfigureVector:
                return ConfigureVector(ref platform.At(vcpu).Svsm, registers.Rcx, out rule);
            default:
                rule = RuleId.SvsmUnsupported;
                return SvsmResult.UnsupportedCall;
        }
    }

    private static SvsmResult Configure(SnpPlatform platform, Machine machine, int vcpu, ulong operation, out RuleId rule)
    {
        rule = RuleId.SvsmRegistration;
        switch (operation)
        {
            case 0:
                break;
            case 1:
                platform.Registrations -= platform.Registrations > 0 ? 1u : 0;
                break;
            case 2 when platform.Registrations is 0 or uint.MaxValue:
                return SvsmResult.ApicCannotRegister;
            case 2:
                platform.Registrations++;
                return SvsmResult.Success;
            default:
                rule = RuleId.SvsmConfigureValue;
                return SvsmResult.InvalidParameter;
        }

        if (platform.Registrations == 0)
        {
            SvsmHandOff.Disable(platform, machine, vcpu);
        }

        return SvsmResult.Success;
    }

    private static SvsmResult ConfigureVector(ref SvsmApicState apic, ulong configuration, out RuleId rule)
    {
        const ulong EnableBit = 1 << 8;
        const ulong AllVectorsBit = 1 << 9;
        rule = RuleId.SvsmVectorConfigured;
        if (configuration >> 10 != 0)
        {
            rule = RuleId.SvsmVectorReserved;
            return SvsmResult.InvalidParameter;
        }

        bool allowed = (configuration & EnableBit) != 0;
        if ((configuration & AllVectorsBit) != 0)
        {
            apic.AllowAll(allowed);
        }
        else
        {
            apic.Allow((byte)configuration, allowed);
        }

        return SvsmResult.Success;
    }
}
