using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <content>The table, and the kinds of its rows.</content>
public sealed partial record DesignKnob
{
    /// <summary>Every knob, in the order in which they are shown.</summary>
    public static IReadOnlyList<DesignKnob> All { get; } =
    [
        Words("Title", "The idea in one line.", design => design.Title, (design, text) => design with { Title = text }),
        Words("For", "What speaks for it.", design => design.For, (design, text) => design with { For = text }),
        Words("Against", "What speaks against it.", design => design.Against, (design, text) => design with { Against = text }),
        Words("Source", "Where it comes from.", design => design.Source, (design, text) => design with { Source = text }),
        Words("World", "The world that it has been put into.", design => design.World, (design, text) => design with { World = text }),
        Names("Changes", "The changes that it is made of.", design => design.Changes, (design, names) => design with { Changes = names }),
        Choice("VcHandler", design => design.Handler, (design, handler) => design with { Handler = handler }) with
        {
            Effect = "The firmware's #VC handler while Alternate Injection is on.",
            Parties = [Party.Edk2, Party.Guest],
            Says = design => [$"#VC handler {design.Handler}"],
            Place = ScriptPlace.Activation,
            Argument = design => $"-VcHandler {design.Handler ?? VcHandler.Edk2}",
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
        Owner("ResetBy", design => design.ResetBy, (design, owner) => design with { ResetBy = owner }) with
        {
            Effect = "Who gives a vCPU that mode: KVM's RESET, or the host after it.",
            Parties = [Party.Kvm, Party.Qemu],
        },
        Steps("OnActivation", design => design.OnActivation, (design, steps) => design with { OnActivation = steps }) with
        {
            Effect = "What is done when Alternate Injection is switched on for a vCPU, before its guest runs on.",
            Parties = [Party.Kvm, Party.Svsm],
            Says = design => design.OnActivation.Select(step => $"at activation: {step}"),
            Joins = (under, over) => under with { OnActivation = [.. under.OnActivation, .. over.OnActivation] },
        },
        Maybe("SvsmSetup", design => design.SvsmSetup, (design, sets) => design with { SvsmSetup = sets }) with
        {
            Effect = "The SVSM sets up its own APIC on every vCPU before firmware starts: APIC_BASE with AE and EXTD, then SVR.",
            Parties = [Party.Svsm],
            Says = design => [$"the SVSM {(design.SvsmSetup == true ? "sets" : "does not set")} up its own APIC before firmware starts"],
        },
        Choice("SvsmApic", design => design.SvsmApic, (design, owners) => design with { SvsmApic = owners }) with
        {
            Effect = "For which vCPUs the SVSM has an APIC that it emulates.",
            Parties = [Party.Svsm],
            Says = design => [$"an APIC of the SVSM for {design.SvsmApic}"],
        },
        Maybe("AllVectorsAllowed", design => design.AllVectorsAllowed, (design, allows) => design with { AllVectorsAllowed = allows }) with
        {
            Effect = "The SVSM lets the host send any vector before the guest has asked for it by call 4.",
            Parties = [Party.Svsm],
            Says = design => [$"vectors of the host allowed at first: {(design.AllVectorsAllowed == true ? "all" : "none")}"],
        },
        Choice("Vgif", design => design.Vgif, (design, setters) => design with { Vgif = setters }) with
        {
            Effect = "Who sets VGIF in VMSAs; while it is 0 a guest never takes what waits in V_INTR.",
            Parties = [Party.Svsm, Party.Edk2, Party.Guest],
            Says = design => [$"VGIF set by: {design.Vgif}"],
            IsAskedByFlag = true,
            Joins = (under, over) => under with { Vgif = (under.Vgif ?? VgifSetters.None) | over.Vgif },
        },
        Choice("SvsmTimer", design => design.Timer, (design, timer) => design with { Timer = timer }) with
        {
            Effect = "Who has the timer.",
            Parties = [Party.Svsm, Party.Kvm],
            Says = design => [$"timer: {design.Timer}"],
            Place = ScriptPlace.Activation,
            Argument = design => (design.Timer ?? SvsmTimer.None) == SvsmTimer.None ? "" : $"-TimerSupport {design.Timer}",
        },
        Choice("SvsmBehavior", design => design.Behavior, (design, behavior) => design with { Behavior = behavior }) with
        {
            Effect = "What the SVSM does otherwise than its protocol means.",
            Parties = [Party.Svsm],
            Says = design => [$"the SVSM's faults: {design.Behavior}"],
            Place = ScriptPlace.Activation,
            Argument = design => (design.Behavior ?? SvsmBehavior.None) == SvsmBehavior.None ? "" : $"-SvsmBehavior {design.Behavior}",
        },
        Choice("ApicScope", design => design.Scope, (design, scope) => design with { Scope = scope }) with
        {
            Effect = "Whether all VMPLs of a vCPU share a local APIC of the hypervisor, or have one each.",
            Parties = [Party.Kvm],
            Says = design => [$"local APIC of VMPLs: {design.Scope}"],
            Place = ScriptPlace.Machine,
            Argument = design => (design.Scope ?? ApicScope.Shared) == ApicScope.Shared ? "" : $"-ApicScope {design.Scope}",
        },
        Choice("HypervisorFeature", design => design.Features, (design, features) => design with { Features = features }) with
        {
            Effect = "What the hypervisor offers.",
            Parties = [Party.Kvm],
            Says = design => [$"the hypervisor offers {design.Features}"],
            Joins = (under, over) => under with { Features = (under.Features ?? HypervisorFeatures.None) | over.Features },
            Place = ScriptPlace.Machine,
            Argument = design => (design.Features ?? HypervisorFeatures.Usual) == HypervisorFeatures.Usual ? "" : $"-HypervisorFeature '{design.Features}'",
        },
        Choice("HypervisorBehavior", design => design.HypervisorBehavior, (design, behavior) => design with { HypervisorBehavior = behavior }) with
        {
            Effect = "What the hypervisor does otherwise than KVM.",
            Parties = [Party.Kvm],
            Says = design => [$"the hypervisor: {design.HypervisorBehavior}"],
            IsAskedByFlag = true,
            Joins = (under, over) => under with { HypervisorBehavior = (under.HypervisorBehavior ?? HypervisorBehavior.None) | over.HypervisorBehavior },
            Place = ScriptPlace.Machine,
            Argument = design => (design.HypervisorBehavior ?? HypervisorBehavior.None) == HypervisorBehavior.None ? ""
                : $"-HypervisorBehavior '{design.HypervisorBehavior}'",
        },
        Phases("Firmware", design => design.Firmware, (design, changes) => design with { Firmware = changes }) with
        {
            Effect = "What firmware and kernel do otherwise, by phase.",
            Parties = [Party.Edk2, Party.Guest],
            Says = design => design.Firmware.Select(change => $"phase {change}"),
            Joins = (under, over) => under with { Firmware = PhaseChange.Join(under.Firmware, over.Firmware) },
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

    private static DesignKnob Names(
        string name, string effect, Func<ApicDesign, IReadOnlyList<string>> get, Func<ApicDesign, IReadOnlyList<string>, ApicDesign> set) =>
        Row(name, get, set, names => Text(names), (design, text) => set(design, Lines(text))) with { Effect = effect };

    private static DesignKnob Choice<T>(string name, Func<ApicDesign, T?> get, Func<ApicDesign, T?, ApicDesign> set)
        where T : struct, Enum =>
        Row(name, get, set, value => $"{value}", (design, text) => text.Length == 0 ? set(design, null) : Named<T>(text) is { } value ? set(design, value) : null) with
        {
            Values = Enum.GetNames(typeof(T)),
        };

    private static DesignKnob Owner(string name, Func<ApicDesign, ResetOwner> get, Func<ApicDesign, ResetOwner, ApicDesign> set) =>
        Row(name, get, set, value => $"{value}", (design, text) => Named<ResetOwner>(text) is { } value ? set(design, value) : null) with
        {
            Values = Enum.GetNames(typeof(ResetOwner)),
        };

    private static DesignKnob Maybe(string name, Func<ApicDesign, bool?> get, Func<ApicDesign, bool?, ApicDesign> set) =>
        Row(name, get, set, isOn => isOn is { } on ? on ? "1" : "0" : "", (design, text) => text is "" or "0" or "1" ? set(design, text.Length == 0 ? null : text == "1") : null);

    private static DesignKnob Mode(string name, Func<ApicDesign, ApicMode?> get, Func<ApicDesign, ApicMode?, ApicDesign> set) =>
        Row(name, get, set, mode => $"{mode}", (design, text) =>
            text.Length == 0 ? set(design, null) : Named<ApicMode>(text) is { } mode ? set(design, mode) : null) with
        {
            Values = [nameof(ApicMode.Disabled), nameof(ApicMode.XApic), nameof(ApicMode.X2Apic)],
        };

    /// <summary>The value of a name; not Enum.TryParse, which takes numbers and lists too.</summary>
    private static T? Named<T>(string text)
        where T : struct, Enum =>
        Array.IndexOf(Enum.GetNames(typeof(T)), text) >= 0 ? (T)Enum.Parse(typeof(T), text) : null;

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
