using ApicShell.Confidential;

namespace ApicShell.Arguments;

/// <summary>The names of what goes between guest, SVSM and hypervisor as a number.</summary>
internal static class ProtocolNames
{
    private const int MsrBits = 64;
    private const int CallBits = 32;

    private static readonly NumberNames s_coreCalls = new("call of the SVSM's core protocol", CallBits,
        ("QueryProtocol", SvsmCall.QueryProtocol, "RCX is protocol << 32 | version; RCX out is the range of versions, 0 for none"));

    private static readonly NumberNames s_apicCalls = new("call of the SVSM's APIC protocol", CallBits,
        ("QueryFeatures", SvsmCall.QueryFeatures, "RCX out is the set of features"),
        ("Configure", SvsmCall.Configure, "RCX: 0 asks, 1 deregisters, 2 registers"),
        ("ReadRegister", SvsmCall.ReadRegister, "RCX is an MSR number; RDX out is the value"),
        ("WriteRegister", SvsmCall.WriteRegister, "RCX is an MSR number, RDX the value"),
        ("ConfigureVector", SvsmCall.ConfigureVector, "RCX: 7:0 vector, 8 allow, 9 all vectors"),
        ("ReadPage", SvsmCall.ReadPage, "Hypothetical, handler Whole: RCX 11:0 offset, 19:16 bytes; RDX out is the value"),
        ("WritePage", SvsmCall.WritePage, "Hypothetical, handler Whole: RCX 11:0 offset, 19:16 bytes, RDX the value"));

    private static readonly NumberNames s_otherCalls = new("call of this protocol", CallBits);

    /// <summary>Protocols of an SVSM.</summary>
    public static NumberNames Protocols { get; } = new("protocol of an SVSM", CallBits,
        ("Core", SvsmProtocol.Core, "Which protocols there are"),
        ("Attestation", SvsmProtocol.Attestation, "Attestation; not emulated"),
        ("VirtualTpm", SvsmProtocol.VirtualTpm, "vTPM; not emulated"),
        ("Apic", SvsmProtocol.Apic, "The local APIC"),
        ("UefiMm", SvsmProtocol.UefiMm, "UEFI management mode; not emulated"));

    /// <summary>Exit codes of the GHCB.</summary>
    public static NumberNames ExitCodes { get; } = new("GHCB exit code", MsrBits,
        ("Msr", GhcbExitCode.Msr, "Info1 0 RDMSR, 1 WRMSR; RCX the MSR, Data the value"),
        ("MmioRead", GhcbExitCode.MmioRead, "Info1 the address, Info2 the length"),
        ("MmioWrite", GhcbExitCode.MmioWrite, "Info1 the address, Info2 the length, Data the value"),
        ("ApCreation", GhcbExitCode.ApCreation, "Info1: 63:32 APIC ID, 19:16 VMPL, 15:0 0 at INIT, 1 now, 2 destroy"),
        ("Doorbell", GhcbExitCode.Doorbell, "Info1: 0 get preferred, 1 set, 2 query, 3 clear; Info2 the page"),
        ("HvIpi", GhcbExitCode.HvIpi, "Info1 is the 64-bit ICR"),
        ("HvTimer", GhcbExitCode.HvTimer, "The #HV timer; its number is not verified"),
        ("ApicIdList", GhcbExitCode.ApicIdList, "The list of APIC IDs"),
        ("RunVmpl", GhcbExitCode.RunVmpl, "Info1 is the VMPL to run"),
        ("SecureAvic", GhcbExitCode.SecureAvic, "Info1: 0 registers, 1 unregisters a backing page"),
        ("ConfigureInjection", GhcbExitCode.ConfigureInjection, "Info1 is the vector that notifies the SVSM"),
        ("DisableAlternateInjection", GhcbExitCode.DisableAlternateInjection, "Info1: 23:16 VMPL, 15:8 TPR, 1 shadow, 0 IF"),
        ("SpecificEoi", GhcbExitCode.SpecificEoi, "Info1: 23:16 VMPL, 7:0 vector"),
        ("Features", GhcbExitCode.Features, "Info2 out is the set of the hypervisor's features"),
        ("Terminate", GhcbExitCode.Terminate, "The guest ends"),
        ("UnsupportedEvent", GhcbExitCode.UnsupportedEvent, "The guest ends: its #VC handler does not know an event"));

    /// <summary>Requests in the GHCB MSR, without the data above them.</summary>
    public static NumberNames MsrRequests { get; } = new("request in the GHCB MSR", MsrBits,
        ("SevInfo", GhcbMsrProtocol.SevInfoRequest, "Protocol versions and the encryption bit"),
        ("Register", GhcbMsrProtocol.RegisterRequest, "Bits 63:12 are the page of a GHCB"),
        ("RunVmpl", GhcbMsrProtocol.RunVmplRequest, "Bits 39:32 are the VMPL to run"),
        ("Features", GhcbMsrProtocol.FeaturesRequest, "The hypervisor's features"),
        ("Terminate", GhcbMsrProtocol.TerminateRequest, "The guest ends"));

    /// <summary>Reasons of a malformed GHCB exit.</summary>
    public static NumberNames Reasons { get; } = new("reason", MsrBits,
        ("NotRegistered", GhcbReply.NotRegistered, "The GHCB is not registered"),
        ("InvalidUsage", GhcbReply.InvalidUsage, "The usage is not known"),
        ("InvalidScratch", GhcbReply.InvalidScratch, "The scratch area is outside of what is shared"),
        ("MissingInput", GhcbReply.MissingInput, "A field that the exit needs is not valid"),
        ("InvalidInput", GhcbReply.InvalidInput, "A value is not allowed"),
        ("InvalidEvent", GhcbReply.InvalidEvent, "The exit code is not known, or not offered"));

    /// <summary>The calls of a protocol.</summary>
    public static NumberNames CallsOf(uint protocol) => protocol switch
    {
        SvsmProtocol.Core => s_coreCalls,
        SvsmProtocol.Apic => s_apicCalls,
        _ => s_otherCalls,
    };

    /// <summary>An exit in words: its name or number, where it comes from, and what goes in.</summary>
    public static string ExitText(byte vmpl, GhcbRequest request) =>
        $"GHCB exit {ExitCodes.TextOf(request.Code)} from VMPL{vmpl}, info1=0x{request.Info1:X}"
        + (request.Info2 != 0 ? $", info2=0x{request.Info2:X}" : "")
        + (request.Rcx != 0 ? $", rcx=0x{request.Rcx:X}" : "")
        + (request.Data != 0 ? $", data=0x{request.Data:X}" : "");

    /// <summary>A call by name: <c>Apic.ReadRegister</c>; a number where it has none.</summary>
    public static string CallText(SvsmRegisterSet registers) =>
        $"{Protocols.TextOf(registers.Protocol)}.{CallsOf(registers.Protocol).TextOf(registers.CallNumber)}";
}
