using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>What the views of platform SevSnp show that is no plain property.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SnpViewText
{
    private const string None = "none";

    /// <summary>64 bits in hex, all digits.</summary>
    public static string Hex(ulong number) => $"0x{number:X16}";

    /// <summary>A call in lines: its name, its register, its result.</summary>
    public static string Call(ApicSvsmCallResult call) => Lines(
        $"{ProtocolNames.CallText(new(call.Rax))}",
        call.Register == ApicRegister.None ? "" : call.Register.ToString(),
        call.Result?.ToString() ?? "not seen");

    /// <summary>What went into a call, a line each register.</summary>
    public static string In(ApicSvsmCallResult call) => Numbers(call.Rax, call.Rcx, call.Rdx, call.R8);

    /// <summary>What came out of it.</summary>
    public static string Out(ApicSvsmCallResult call) => Numbers(call.RaxOut, call.RcxOut, call.RdxOut, call.R8Out);

    /// <summary>What went into an exit: info1, info2, RCX and what was to be written, a line each.</summary>
    public static string In(ApicGhcbReply reply) => Numbers(reply.Info1, reply.Info2, reply.Rcx, reply.Data);

    /// <summary>What came out of it: info1, info2, and what was read in the line of what was to be written.</summary>
    public static string Out(ApicGhcbReply reply) => $"{Numbers(reply.Info1Out, reply.Info2Out)}\n\n{Hex(reply.Value)}";

    /// <summary>An exit in lines: its name, its VMPL, its ending.</summary>
    public static string Exit(ApicGhcbReply reply) => Lines(
        ProtocolNames.ExitCodes.TextOf(reply.ExitCode),
        $"from VMPL{reply.Vmpl}",
        reply.Reason.Length == 0 ? reply.Outcome.ToString() : $"{reply.Outcome}: {reply.Reason}",
        reply.GuestEnded ? "the guest has ended" : "");

    /// <summary>How a request in the GHCB MSR ended.</summary>
    public static string Ending(ApicGhcbMsrReply reply) => reply.GuestEnded ? "the guest has ended" : reply.Succeeded ? "done" : "refused";

    /// <summary>A vector in hex; none for 0.</summary>
    public static string Vector(byte vector) => vector == 0 ? None : $"0x{vector:X2}";

    /// <summary>A vector in hex, or none.</summary>
    public static string Vector(byte? vector) => vector is { } number ? $"0x{number:X2}" : None;

    /// <summary>Vectors in their order, or none.</summary>
    public static string Vectors(byte[] vectors) => vectors.Length == 0 ? None : string.Join(", ", vectors.Select(vector => $"0x{vector:X2}"));

    /// <summary>What a doorbell page tells its owner.</summary>
    public static string Owner(ApicDoorbell page) => Parts(
        $"vector {Vector(page.Vector)}", page.Nmi ? "NMI" : "", page.MachineCheck ? "machine check" : "",
        page.NoFurtherSignal ? "#HV not handled yet" : "", page.NoEoiRequired ? "no EOI required" : "");

    /// <summary>A descriptor's status: the word and what it means.</summary>
    public static string Status(ApicDoorbellDescriptor descriptor) => $"0x{descriptor.Status:X8}: " + Parts(
        $"vector {Vector(descriptor.Vector)}", descriptor.LevelTriggered ? "level" : "", descriptor.Nmi ? "NMI" : "",
        descriptor.MachineCheck ? "machine check" : "", descriptor.MultipleVectors ? "multiple" : "",
        descriptor.IpiRequested ? "IPI requested" : "", descriptor.Vector31 ? "vector 31" : "");

    /// <summary>EVENT_INJ or GUEST_EXITINTINFO: the bits and what they mean.</summary>
    public static string Event(EventInjection injected) => $"{Hex(injected.Value)}: " + (injected.IsValid
        ? $"{(Enum.IsDefined(typeof(InjectedEventType), injected.Type) ? injected.Type.ToString() : $"type {(byte)injected.Type}")} 0x{injected.Vector:X2}"
            + (injected.HasErrorCode ? $", error code 0x{injected.ErrorCode:X}" : "")
        : None);

    /// <summary>VINTR_CTRL: what of it is not 0.</summary>
    public static string Control(VirtualInterruptControl control) => $"{Hex(control.Value)}: " + Parts(
        $"V_TPR 0x{control.TaskPriority:X}",
        control.HasRequest ? $"V_IRQ 0x{control.Vector:X2} of priority 0x{control.Priority:X}" : "",
        control.IgnoresTaskPriority ? "V_IGN_TPR" : "", control.GlobalInterruptFlag ? "VGIF" : "", control.InterruptShadow ? "INT_SHADOW" : "",
        control.HasNmi ? "V_NMI" : "", control.NmiMask ? "V_NMI_MASK" : "", control.NmiEnable ? "V_NMI_ENABLE" : "", control.IsBusy ? "BUSY" : "");

    /// <summary>How far the SVSM emulates an APIC.</summary>
    public static string Emulation(ApicSvsm svsm) => $"{(svsm.Emulated ? "emulated" : "not emulated")}, "
        + $"Alternate Injection {(svsm.AlternateInjection ? "on" : "off")}, {svsm.Registrations} registration{(svsm.Registrations == 1 ? "" : "s")}";

    /// <summary>What other vCPUs posted.</summary>
    public static string Posted(ApicSvsm svsm) => svsm.PostedNmi ? svsm.Posted.Count == 0 ? "NMI" : $"{svsm.Posted}, NMI" : svsm.Posted.ToString();

    /// <summary>Where the newest vector in service waits.</summary>
    public static string Presented(ApicSvsm svsm) => svsm.Presentation switch
    {
        Presentation.None => None,
        _ when svsm.PresentedVector is null => $"{svsm.Presentation}, and taken",
        _ => $"{svsm.Presentation} 0x{svsm.PresentedVector:X2}",
    };

    /// <summary>EOI by the calling area.</summary>
    public static string LazyEoi(ApicSvsm svsm) => $"{(svsm.LazyEoi ? "on" : "off")}, no_eoi_required {(svsm.NoEoiRequired ? 1 : 0)}";

    private static string Numbers(params ulong[] numbers) => string.Join("\n", numbers.Select(Hex));

    private static string Parts(params string[] parts) => string.Join(", ", NotEmpty(parts));

    private static string Lines(params string[] lines) => string.Join("\n", NotEmpty(lines));

    private static IEnumerable<string> NotEmpty(string[] texts) => texts.Where(text => text.Length != 0);
}
