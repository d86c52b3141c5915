using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;

namespace ApicShell.Tests;

/// <summary>
/// A kind in which model Kvm is known to differ from KVM, and how a script in the grammar of tests/Vectors/kvm is recognised that may reach it. Where
/// the emulator comes to do as KVM does, its row goes.
/// </summary>
/// <param name="Name">Its name; kinds.packed has the shortest script.</param>
/// <param name="WhatKvmDoes">What KVM does and the emulator does not.</param>
/// <param name="Reaches">Whether a script may reach it. It may say so of one that does not, never the other way round.</param>
internal sealed record KvmKind(string Name, string WhatKvmDoes, Predicate<KvmScriptText> Reaches)
{
    private const ulong PvEoiMsr = 0x4B56_4D04;

    public static readonly IReadOnlyList<KvmKind> All =
    [
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
        new("K13", "the current count is what is left modulo the period", text =>
            text.FirstWrite(IsCountInReservedMode) is { } counted && text.Writes.Skip(counted).Any(write => write.Offset == 0x3E0)),
        new("K14", "INIT keeps the timer's period and target", text =>
            text.FirstMessage(DeliveryMode.Init) is not null && text.Writes.Any(IsCountInReservedMode)),
        new("K15", "KVM_SET_SREGS lets a BSP run that waits for a start-up IPI at its reset vector", text =>
            text.FirstMessage(DeliveryMode.Init) is { } sent && text.Operations.Skip(sent).Any(words => words[0] == "hsregs")),
        new("K16", "the MSR of the paravirtual EOI is there", text =>
            text.Operations.Any(words => words[0].EndsWith("msr", StringComparison.Ordinal) && Number(words[2]) == PvEoiMsr)),
        new("K17", "an SMI by MSI is taken by nobody where the host has no SMM", text =>
            text.Operations.Any(words => words[0] == "msi" && KvmScriptText.ModeOf(Number(words[2])) == DeliveryMode.Smi)),
        new("K18", "a timer that ended enters IRR after the vCPU was entered once, so behind what came meanwhile", text => text.MeetsTimer),
    ];

    /// <summary>The kinds that a script may reach.</summary>
    public static IEnumerable<KvmKind> ReachedBy(IEnumerable<string> operations)
    {
        var text = new KvmScriptText(operations);
        return All.Where(kind => kind.Reaches(text));
    }

    public override string ToString() => Name;

    private static ulong Number(string word) => VectorFile.Number(word);

    private static TimerMode Mode(ulong lvtTimer) => new LvtEntry((uint)lvtTimer).TimerMode;

    private static bool IsPageOfTimer(KvmScriptText.Write write) => write.IsPage && write.Offset == KvmScriptText.LvtTimer;

    private static bool IsReservedTimerMode(KvmScriptText.Write write) => write.Offset == KvmScriptText.LvtTimer && Mode(write.Value) == TimerMode.Reserved;

    private static bool IsCountInReservedMode(KvmScriptText.Write write) => write.Offset == 0x380 && Mode(write.LvtTimerBefore) == TimerMode.Reserved;

    private static bool IsReservedWord(uint offset) =>
        offset != 0x304 && ((offset & 0xF) != 0 || RegisterCatalogue.AtOffset(offset) is not { } spec || !spec.ExistsIn(ApicModel.Kvm));
}
