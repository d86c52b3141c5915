using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>
/// The kinds in which model Kvm is known to differ from KVM, with how a script is recognised that may reach one. Where the emulator comes to do as KVM
/// does, its row goes. tests/Vectors/kvm/kinds.packed has the shortest script of each.
/// </summary>
public static class KvmKinds
{
    private const ulong PvEoiMsr = 0x4B56_4D04;

    /// <summary>All of them. Each may say of a script that it reaches the kind where it does not, never the other way round.</summary>
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        // Before K1, which reaches what these do.
        new("K13", "the current count is what is left modulo the period", text =>
            text.FirstWrite(IsCountInReservedMode) is { } counted && text.Writes.Skip(counted).Any(write => write.Offset == 0x3E0)),
        new("K14", "INIT keeps the timer's period and target", text =>
            text.FirstMessage(DeliveryMode.Init) is not null && text.Writes.Any(IsCountInReservedMode)),
        new("K1", "timer mode 11b makes the period 0: nothing fires afterwards", text => text.Writes.Any(IsReservedTimerMode)),
        new("K2", "a remote read wakes a halted vCPU", text =>
            text.FirstMessage(DeliveryMode.RemoteRead) is { } sent && text.Operations.Skip(sent).Any(words => words[0] == "hlt")),
        new("K3", "with a split irqchip EOI is broadcast, or is not, by the flags 4 and 8 of x2apic_api", text =>
            text.Has("irqchip", "split") && (text.Has("gsiroute") || text.Operations.Any(words => words[0] == "x2apic_api" && (Number(words[1]) & 0xC) != 0))),
        new("K5", "an unmapped vCPU does not count as an alias", text => text.LastVcpuIsAlias),
        new("K6", "a page that takes the timer into or out of TSC-deadline mode zeroes the initial count", text =>
            text.Writes.Any(write => IsPageOfTimer(write) && (Mode(write.Value) == TimerMode.TscDeadline) != (Mode(write.LvtTimerBefore) == TimerMode.TscDeadline))),
        new("K7", "where CPUID offers no TSC-deadline mode, bit 18 of the timer's entry in the page is ignored", text =>
            text.Has("feature", "tscdl", "off") && text.Writes.Any(write => IsPageOfTimer(write) && (write.Value & LvtEntry.DeadlineBit) != 0)),
        new("K8", "a page may clear the low bits of DFR", text =>
            text.Writes.Any(write => write.IsPage && write.Offset == 0xE0 && (write.Value & 0x0FFF_FFFF) != 0x0FFF_FFFF)),
        new("K9", "word 0x304 of the page is the upper half of the 64-bit ICR", text => text.Writes.Any(write => write.IsPage && write.Offset == 0x304)),
        new("K10", "bit 15 of the timer's entry in the page makes the timer level-triggered", text =>
            text.Writes.Any(write => IsPageOfTimer(write) && (write.Value & LvtEntry.LevelBit) != 0)),
        new("K11", "reserved words of the page stay as they were set", text => text.Writes.Any(write => write.IsPage && IsReservedWord(write.Offset))),
        new("K12", "an access across the page's end is split", text => text.CrossesPageEnd),
        new("K15", "KVM_SET_SREGS lets a BSP run that waits for a start-up IPI at its reset vector", text =>
            text.FirstMessage(DeliveryMode.Init) is { } sent && text.Operations.Skip(sent).Any(words => words[0] == "hsregs")),
        new("K16", "the MSR of the paravirtual EOI is there", text =>
            text.Operations.Any(words => words[0].EndsWith("msr", StringComparison.Ordinal) && Number(words[2]) == PvEoiMsr)),
        new("K17", "an SMI by MSI is taken by nobody where the host has no SMM", text =>
            text.Operations.Any(words => words[0] == "msi" && ScriptText.ModeOf(Number(words[2])) == DeliveryMode.Smi)),
        new("K18", "a timer that ended enters IRR after the vCPU was entered once, so behind what came meanwhile", text => text.MeetsTimer),
    ];

    private static ulong Number(string word) => ScriptOperand.TryNumber(word, out ulong number) ? number : 0;

    private static TimerMode Mode(ulong lvtTimer) => new LvtEntry((uint)lvtTimer).TimerMode;

    private static bool IsPageOfTimer(ScriptText.Write write) => write.IsPage && write.Offset == ScriptText.LvtTimer;

    private static bool IsReservedTimerMode(ScriptText.Write write) => write.Offset == ScriptText.LvtTimer && Mode(write.Value) == TimerMode.Reserved;

    private static bool IsCountInReservedMode(ScriptText.Write write) => write.Offset == 0x380 && Mode(write.LvtTimerBefore) == TimerMode.Reserved;

    private static bool IsReservedWord(uint offset) =>
        offset != 0x304 && ((offset & 0xF) != 0 || RegisterCatalogue.AtOffset(offset) is not { } spec || !spec.ExistsIn(ApicModel.Kvm));
}
