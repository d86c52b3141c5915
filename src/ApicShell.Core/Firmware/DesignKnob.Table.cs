using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <content>The table, and the kinds of its rows.</content>
public sealed partial record DesignKnob
{
    // As they stand in searches that were saved before there was a table; all others follow in its order.
    private static readonly string[] s_firstInIdentity = ["AmendsFigure", "ResetMode", "ResetBy", "VcHandler", "SvsmTimer", "SvsmBehavior", "OnActivation"];

    /// <summary>Every knob, in the order in which they are shown.</summary>
    public static IReadOnlyList<DesignKnob> All { get; } =
    [
        Words("Title", "The idea in one line.", design => design.Title, (design, text) => design with { Title = text }),
        Words("For", "What speaks for it.", design => design.For, (design, text) => design with { For = text }),
        Words("Against", "What speaks against it.", design => design.Against, (design, text) => design with { Against = text }),
        Words("Source", "Where it comes from.", design => design.Source, (design, text) => design with { Source = text }),
        Choice("VcHandler", design => design.Handler, (design, handler) => design with { Handler = handler }) with
        {
            Effect = "The guest's #VC handler while Alternate Injection is on.",
            Parties = [Party.Edk2, Party.Guest],
            Says = design => [$"#VC handler {design.Handler}"],
            Place = ScriptPlace.Activation,
            Argument = design => $"-VcHandler {design.Handler}",
        },
        Mode("ResetMode", design => design.ResetMode,
            (design, mode) => design with { ResetMode = mode, ResetBy = mode is null ? ResetOwner.Nobody : design.ResetBy }) with
        {
            Effect = "The mode in which a vCPU runs its first instruction, where that is not RESET's own.",
            Parties = [Party.Kvm, Party.Qemu],
            Says = design => [$"{(design.ResetBy == ResetOwner.Kvm ? "KVM's RESET" : "the host, after RESET,")} leaves mode {design.ResetMode}"],
            Place = ScriptPlace.Machine,

            // What the host sets after RESET is an access of the script.
            Argument = design => design.KvmResetMode is { } mode ? $"-ResetMode {mode}" : "",
        },
        Choice("ResetBy", design => design.ResetBy, (design, owner) => design with { ResetBy = owner }) with
        {
            Effect = "Who gives a vCPU that mode: KVM's RESET, or the host after it.",
            Parties = [Party.Kvm, Party.Qemu],
        },
        Steps("OnActivation", design => design.OnActivation, (design, steps) => design with { OnActivation = steps }) with
        {
            Effect = "What is done when Alternate Injection is switched on for a vCPU, before its guest runs on.",
            Parties = [Party.Kvm, Party.Svsm],
            Says = design => design.OnActivation.Select(step => $"at activation: {step}"),
        },
        Choice("SvsmTimer", design => design.Timer, (design, timer) => design with { Timer = timer }) with
        {
            Effect = "Who has the timer.",
            Parties = [Party.Svsm, Party.Kvm],
            Says = design => [$"timer: {design.Timer}"],
            Place = ScriptPlace.Activation,
            Argument = design => design.Timer == SvsmTimer.None ? "" : $"-TimerSupport {design.Timer}",
        },
        Choice("SvsmBehavior", design => design.Behavior, (design, behavior) => design with { Behavior = behavior }) with
        {
            Effect = "What the SVSM does otherwise than its protocol means.",
            Parties = [Party.Svsm],
            Says = design => [$"the SVSM's faults: {design.Behavior}"],
            Place = ScriptPlace.Activation,
            Argument = design => design.Behavior == SvsmBehavior.None ? "" : $"-SvsmBehavior {design.Behavior}",
        },
        Phases("Firmware", design => design.Firmware, (design, changes) => design with { Firmware = changes }) with
        {
            Effect = "What firmware does otherwise, by phase.",
            Parties = [Party.Edk2, Party.Guest],
            Says = design => design.Firmware.Select(change => $"phase {change}"),
            IsInIdentity = false,
        },
        Switch("AmendsFigure", design => design.AmendsFigure, (design, amends) => design with { AmendsFigure = amends }) with
        {
            Effect = "AMD's manual is changed with the design: what it does counts as drawn in APM figure 16-32.",
            Parties = [Party.Specification],
            Says = _ => ["APM figure 16-32 is amended"],
        },
    ];

    private static DesignKnob Words(string name, string effect, Func<ApicDesign, string> get, Func<ApicDesign, string, ApicDesign> set) =>
        Row(name, get, set, text => text, set) with { Effect = effect };

    private static DesignKnob Choice<T>(string name, Func<ApicDesign, T> get, Func<ApicDesign, T, ApicDesign> set)
        where T : struct, Enum =>
        Row(name, get, set, value => $"{value}", (design, text) => Enum.TryParse(text, out T value) ? set(design, value) : null) with
        {
            Values = Enum.GetNames(typeof(T)),
        };

    private static DesignKnob Mode(string name, Func<ApicDesign, ApicMode?> get, Func<ApicDesign, ApicMode?, ApicDesign> set) =>
        Row(name, get, set, mode => $"{mode}", (design, text) =>
            text.Length == 0 ? set(design, null) : Enum.TryParse(text, out ApicMode mode) ? set(design, mode) : null) with
        {
            Values = [nameof(ApicMode.Disabled), nameof(ApicMode.XApic), nameof(ApicMode.X2Apic)],
        };

    private static DesignKnob Switch(string name, Func<ApicDesign, bool> get, Func<ApicDesign, bool, ApicDesign> set) =>
        Row(name, get, set, isOn => isOn ? "1" : "0", (design, text) => text is "0" or "1" ? set(design, text == "1") : null);

    private static DesignKnob Steps(
        string name, Func<ApicDesign, IReadOnlyList<MachineStep>> get, Func<ApicDesign, IReadOnlyList<MachineStep>, ApicDesign> set) =>
        Row(name, get, set, steps => Text(steps.Select(step => $"{step}")), (design, text) => set(design, [.. Lines(text).Select(StepGrammar.Parse)]));

    private static DesignKnob Phases(
        string name, Func<ApicDesign, IReadOnlyList<PhaseChange>> get, Func<ApicDesign, IReadOnlyList<PhaseChange>, ApicDesign> set) =>
        Row(name, get, set, changes => Text(changes.SelectMany(PhaseChangeText.Lines)), (design, text) => set(design, PhaseChangeText.Read(Lines(text))));

    private static DesignKnob Row<T>(
        string name,
        Func<ApicDesign, T> get,
        Func<ApicDesign, T, ApicDesign> set,
        Func<T, string> write,
        Func<ApicDesign, string, ApicDesign?> read) =>
        new(name, typeof(T), design => get(design), (design, value) => set(design, (T)value!), design => write(get(design)), read);

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string[] Lines(string text) => text.Split(['\n'], StringSplitOptions.RemoveEmptyEntries);
}
