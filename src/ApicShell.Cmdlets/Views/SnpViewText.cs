using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>What snapshots of platform SevSnp say in words.</summary>
internal static class SnpViewText
{
    private const string None = "none";

    /// <summary>64 bits in hex, all digits.</summary>
    public static string Hex(ulong number) => $"0x{number:X16}";

    /// <summary>A vector in hex; none for 0.</summary>
    public static string Vector(byte vector) => vector == 0 ? None : $"0x{vector:X2}";

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

    private static string Parts(params string[] parts) => string.Join(", ", NotEmpty(parts));

    private static IEnumerable<string> NotEmpty(string[] texts) => texts.Where(text => text.Length != 0);
}
