using System;
using System.Collections.Generic;
using System.Linq;
using static ApicShell.Firmware.StepOperand;

namespace ApicShell.Firmware;

/// <summary>
/// The language of steps, in which boots, designs and alphabets are written: <c>[vN: | aps: | all:] [when CONDITION] WORDS [OPERANDS]</c>. Without a
/// prefix vCPU 0 does it; what follows # is a comment.
/// </summary>
public static class StepGrammar
{
    /// <summary>The target of an IPI to all but the sender.</summary>
    public const uint Others = 0xFFFF_FFFF;

    internal const string ApsPrefix = "aps:";
    internal const string AllPrefix = "all:";
    internal const string ConditionWord = "when";

    private static readonly StepForm[] s_forms =
    [
        new(StepVerb.Read, "read", [StepOperand.Register], "The guest reads a register, as its library does in the mode it finds."),
        new(StepVerb.Write, "write", [StepOperand.Register, StepOperand.Value], "The guest writes a register, as its library does in the mode it finds."),
        new(StepVerb.Change, "change", [StepOperand.Register, Clear, StepOperand.Value], "The guest reads a register, clears the first bits, sets the second, and writes it back."),
        new(StepVerb.Ensure, "ensure", [StepOperand.Register, StepOperand.Value], "The guest reads a register, and sets bits only where one of them is clear."),
        new(StepVerb.Mode, "mode", [StepOperand.Mode], "The guest brings its APIC into a mode, by as many writes of APIC_BASE as its library takes."),
        new(StepVerb.Follow, "follow", [], "The guest brings its APIC into the mode that vCPU 0's guest is in."),
        new(StepVerb.ReadMsr, "rdmsr", [Msr], "RDMSR, whatever the mode."),
        new(StepVerb.WriteMsr, "wrmsr", [Msr, LongValue], "WRMSR, whatever the mode."),
        new(StepVerb.ReadPage, "rdpage", [Offset], "A 32-bit read of the APIC page, whatever the mode."),
        new(StepVerb.WritePage, "wrpage", [Offset, StepOperand.Value], "A 32-bit write of the APIC page, whatever the mode."),
        new(StepVerb.Ipi, "ipi", [Vector, Target], "The guest sends a fixed IPI to a vCPU, or to all others."),
        new(StepVerb.NmiIpi, "nmi", [Target], "The guest sends an NMI to a vCPU, or to all others."),
        new(StepVerb.SelfIpi, "self", [Vector], "The guest sends itself a fixed IPI."),
        new(StepVerb.StartAp, "start", [Target], "The guest starts a vCPU, or all others: INIT and start-up IPI, on SEV-SNP GHCB AP creation."),
        new(StepVerb.Take, "take", [AnyVector], "The guest takes its next interrupt; with a vector it must be that one."),
        new(StepVerb.Eoi, "eoi", [], "The guest ends the newest interrupt it took."),
        new(StepVerb.Sti, "sti", [], "The guest lets interrupts in."),
        new(StepVerb.Cli, "cli", [], "The guest keeps interrupts out."),
        new(StepVerb.Cr8, "cr8", [StepOperand.Cr8], "The guest sets its task priority by CR8."),
        new(StepVerb.Allow, "allow", [Vector], "The guest allows the host a vector, by SVSM call 4."),
        new(StepVerb.AllowAll, "allow-all", [], "The guest allows the host every vector, by SVSM call 4."),
        new(StepVerb.Register, "register", [], "The guest registers the SVSM's APIC protocol, by SVSM call 1."),
        new(StepVerb.Deregister, "deregister", [], "The guest deregisters the SVSM's APIC protocol, by SVSM call 1."),
        new(StepVerb.Handler, "handler", [StepOperand.Handler], "The guest's kernel brings its own #VC handler, where Alternate Injection is on."),
        new(StepVerb.HostMode, "host mode", [StepOperand.Mode], "The host brings the APIC into a mode by one write of APIC_BASE."),
        new(StepVerb.HostEdge, "host edge", [Vector], "A device sends an edge-triggered interrupt."),
        new(StepVerb.HostLevel, "host level", [Vector], "A device sends a level-triggered interrupt."),
        new(StepVerb.HostNmi, "host nmi", [], "The host sends an NMI."),
        new(StepVerb.HostInit, "host init", [], "The host sends INIT and lets the vCPU run again."),
        new(StepVerb.SvsmMode, "svsm mode", [StepOperand.Mode], "The SVSM brings its own APIC into a mode by one GHCB write of APIC_BASE; a shared APIC is the guest's too."),
        new(StepVerb.SvsmSetUp, "svsm setup", [], "The SVSM sets up its own APIC as COCONUT-SVSM does: APIC_BASE with AE and EXTD in one write, then SVR."),
        new(StepVerb.Intercept, "intercept", [], "The vCPU leaves the guest for the SVSM and comes back."),
        new(StepVerb.Activate, "activate", [], "Alternate Injection is switched on for the vCPU, with what the design does then."),
        new(StepVerb.Reset, "reset", [], "RESET of all vCPUs, with what the design does then."),
        new(StepVerb.HotPlug, "hotplug", [], "One more vCPU is plugged in, with what the design does then."),
        new(StepVerb.Advance, "advance", [Nanoseconds], "Time passes: so many nanoseconds, or to the end of the next timer."),
    ];

    private static readonly Dictionary<string, StepCondition> s_conditions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ai"] = StepCondition.Injection,
        ["snp"] = StepCondition.Snp,
        ["native"] = StepCondition.Native,
        ["aps"] = StepCondition.Aps,
    };

    private static readonly StepForm?[] s_byVerb = ByVerb();

    /// <summary>Every form, in the order of <see cref="StepVerb"/>.</summary>
    public static IReadOnlyList<StepForm> Forms => s_forms;

    /// <summary>The words after <c>when</c>.</summary>
    public static IEnumerable<string> Conditions => s_conditions.Keys;

    /// <summary>Reads a step.</summary>
    /// <param name="line">The line.</param>
    /// <exception cref="StepFormatException">The line is no step; the message says what is allowed.</exception>
    public static MachineStep Parse(string line) => StepReader.Read(line);

    /// <summary>The step as it is written.</summary>
    public static string Write(MachineStep step) => StepWriter.Write(step);

    /// <summary>The form of a verb.</summary>
    public static StepForm FormOf(StepVerb verb) => s_byVerb[(int)verb]!;

    /// <summary>How a step is written, with names for its operands.</summary>
    public static string Usage(StepForm form) => string.Join(" ", new[] { form.Words }.Concat(form.Operands.Select(Placeholder)));

    internal static bool TryCondition(string word, out StepCondition condition) => s_conditions.TryGetValue(word, out condition);

    internal static string WordOf(StepCondition condition) => s_conditions.First(pair => pair.Value == condition).Key;

    /// <summary>What stands for an operand where a form is shown.</summary>
    internal static string Placeholder(StepOperand operand) => operand switch
    {
        StepOperand.Register => "REGISTER",
        Clear => "CLEAR",
        StepOperand.Value or LongValue => "VALUE",
        StepOperand.Mode => "MODE",
        Msr => "MSR",
        Offset => "OFFSET",
        Vector => "VECTOR",
        AnyVector => "[VECTOR]",
        StepOperand.Handler => "HANDLER",
        Target => "vN|others",
        Nanoseconds => "[NANOSECONDS]",
        _ => "CR8",
    };

    private static StepForm?[] ByVerb()
    {
        var forms = new StepForm?[s_forms.Length];
        foreach (StepForm form in s_forms)
        {
            forms[(int)form.Verb] = form;
        }

        return forms;
    }
}
