using System.Collections.Generic;
using System.Linq;
using static ApicShell.Scripts.ScriptOperand;

namespace ApicShell.Scripts;

/// <summary>
/// The grammar of scripts, one operation a line; V is the index of a vCPU, and what follows # is a comment. vCPUs start after RESET with interrupts off,
/// run only while an operation names them, and until then what comes for them waits. A guest's operation is: take what can be taken, execute one
/// instruction, let INIT and start-up act, take what can be taken then.
/// </summary>
public static class ScriptGrammar
{
    private static readonly ScriptForm[] s_forms =
    [
        Form(ScriptVerb.Reset, "reset", [], "A new machine begins, whose configuration may follow."),
        Form(ScriptVerb.Vcpus, "vcpus", [ScriptOperand.VcpuCount], "So many vCPUs, with APIC IDs from 0 on; 1 without."),
        Form(ScriptVerb.VcpuIds, "vcpuids", [ApicId], "vCPUs with these APIC IDs."),
        Form(ScriptVerb.Irqchip, "irqchip", [ScriptOperand.Irqchip], "split: KVM_CAP_SPLIT_IRQCHIP."),
        Form(ScriptVerb.Feature, "feature", [ScriptOperand.Feature, Switch], "CPUID Fn0000_0001 ECX[21], ECX[24]; both are on without."),
        Form(ScriptVerb.Bootstrap, "bsp", [ApicId], "KVM_SET_BOOT_CPU_ID; the vCPU with APIC ID 0 without."),
        Form(ScriptVerb.X2ApicApi, "x2apic_api", [ApiFlags], "KVM_CAP_X2APIC_API: 1 32-bit IDs, 2 no broadcast quirk; 4 and 8 are read, and change nothing."),
        Form(ScriptVerb.QuirksOff, "quirks_off", [QuirkMask], "KVM_CAP_DISABLE_QUIRKS2: 1 LINT0_REENABLED, 4 LAPIC_MMIO_HOLE."),
        Form(ScriptVerb.AddVcpu, "addvcpu", [ApicId], "Hot-plug: one vCPU more."),
        Form(ScriptVerb.ReadMsr, "rdmsr", [Vcpu, Msr], "RDMSR in the guest."),
        Form(ScriptVerb.WriteMsr, "wrmsr", [Vcpu, Msr, Value], "WRMSR in the guest."),
        Form(ScriptVerb.ReadPage, "mmior", [Vcpu, Offset, Size], "A read in the guest of the page at APIC_BASE; SIZE in bytes, else 4.", 2),
        Form(ScriptVerb.WritePage, "mmiow", [Vcpu, Offset, Value, Size], "A write in the guest of the page at APIC_BASE.", 3),
        Form(ScriptVerb.ReadMemory, "memr", [Vcpu, Address, Size], "A read in the guest of an address; elsewhere than at APIC_BASE nothing answers.", 2),
        Form(ScriptVerb.WriteMemory, "memw", [Vcpu, Address, Value, Size], "A write in the guest of an address.", 3),
        Form(ScriptVerb.Cpuid, "cpuid", [Vcpu, Leaf], "CPUID in the guest."),
        Form(ScriptVerb.ReadCr8, "cr8r", [Vcpu], "MOV from CR8 in the guest."),
        Form(ScriptVerb.WriteCr8, "cr8w", [Vcpu, Value], "MOV to CR8 in the guest."),
        Form(ScriptVerb.Deadline, "tscdl", [Vcpu, Cycles], "WRMSR 0x6E0 in the guest, with the time-stamp counter and so many cycles."),
        Form(ScriptVerb.Check, "check", [Vcpu, Space, Where, Relation, Value], "RDMSR or a read of the page, of which is said only whether the relation holds."),
        Form(ScriptVerb.Interrupts, "intr", [Vcpu, Switch], "STI or CLI."),
        Form(ScriptVerb.Eoi, "eoi", [Vcpu, Switch], "Whether what is taken is also ended by a write of EOI; it is without."),
        Form(ScriptVerb.Nop, "nop", [Vcpu], "The vCPU runs, and takes what it can."),
        Form(ScriptVerb.Spin, "spin", [Vcpu, Count, Count], "The vCPU runs, and takes what it can.", 2),
        Form(ScriptVerb.Halt, "hlt", [Vcpu, Milliseconds], "STI and HLT, at the most so long; 300 ms without. Interrupts stay on.", 1),
        Form(ScriptVerb.Settle, "settle", [], "All vCPUs run, one after another, until none takes anything."),
        Form(ScriptVerb.Log, "log", [Vcpu], "What the vCPU took since it was last asked."),
        Form(ScriptVerb.Msi, "msi", [Address, Data], "KVM_SIGNAL_MSI."),
        Form(ScriptVerb.Nmi, "nmi", [Vcpu], "KVM_NMI."),
        Form(ScriptVerb.HostReadMsr, "hrdmsr", [Vcpu, Msr], "KVM_GET_MSRS."),
        Form(ScriptVerb.HostWriteMsr, "hwrmsr", [Vcpu, Msr, Value], "KVM_SET_MSRS."),
        Form(ScriptVerb.HostWritePage, "hlapic", [Vcpu, Offset, Word], "KVM_SET_LAPIC with one word changed."),
        Form(ScriptVerb.Lapic, "lapic", [Vcpu], "KVM_GET_LAPIC: the words of the page that are not 0."),
        Form(ScriptVerb.RunState, "mpstate", [Vcpu], "KVM_GET_MP_STATE."),
        Form(ScriptVerb.SystemRegisters, "sregs", [Vcpu], "KVM_GET_SREGS: APIC_BASE and CR8."),
        Form(ScriptVerb.Wait, "wait", [Nanoseconds], "The host sleeps."),
    ];

    private static readonly Dictionary<string, ScriptForm> s_byWord = s_forms.ToDictionary(form => form.Word);

    /// <summary>Every form, in the order of <see cref="ScriptVerb"/>.</summary>
    public static IReadOnlyList<ScriptForm> Forms => s_forms;

    /// <summary>The form of a verb.</summary>
    public static ScriptForm FormOf(ScriptVerb verb) => s_forms[(int)verb];

    /// <summary>The form that begins with a word; null where none does.</summary>
    public static ScriptForm? Find(string word) => s_byWord.TryGetValue(word, out ScriptForm? form) ? form : null;

    private static ScriptForm Form(ScriptVerb verb, string word, ScriptOperand[] operands, string meaning, int? required = null) =>
        new(verb, word, operands, required ?? operands.Length, meaning);
}
