using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <summary>Says in words what is wrong with a step or a run, with the rule and its source.</summary>
public static class ProblemText
{
    /// <summary>What is wrong first: a step that went wrong, else what views differ in; empty where nothing is.</summary>
    public static string Of(BootRun run) =>
        run.FirstProblem is { } step ? $"{step.Phase}, step {step.Number} \"{step.Step}\": {Of(step.Report)}"
        : run.Differences.Count > 0 ? Of(run.Differences[0])
        : "";

    /// <summary>What is wrong with a step.</summary>
    public static string Of(StepReport report) => report.Problem switch
    {
        StepProblem.Fault => $"{report.Access} on vCPU {report.Vcpu}: #{report.Answer.Fault}(0), {Because(report.Answer.Rule)}",
        StepProblem.Unanswered => $"{report.Access} on vCPU {report.Vcpu}: {report.Answer.Outcome}, {Because(report.Answer.Rule)}",
        StepProblem.Refused => $"{report.Access} of {report.Access.Origin} on vCPU {report.Vcpu}: refused, {Because(report.Answer.Rule)}",
        StepProblem.GuestEnded => $"{report.Access} on vCPU {report.Vcpu}: the guest ends itself, {Because(report.Answer.Rule)}",
        StepProblem.Asserted => $"vCPU {report.Vcpu}: OVMF's library asserts AE=1 in APIC_BASE, and the APIC is off (edk2 BaseXApicX2ApicLib)",
        StepProblem.CallFailed => $"vCPU {report.Vcpu}: the call fails with {report.Result}",
        StepProblem.NothingTaken when report.Blocking != 0 =>
            $"vCPU {report.Vcpu}: the interrupt does not come, for 0x{report.Blocking:X2} is still in service with who delivers: its EOI did not get there",
        StepProblem.NothingTaken when report.Reason != RuleId.None => $"vCPU {report.Vcpu}: the interrupt does not come. {Because(report.Reason)}",
        StepProblem.NothingTaken => $"vCPU {report.Vcpu}: the interrupt does not come",
        StepProblem.OtherTaken => $"vCPU {report.Vcpu}: {report.Taken.Kind} 0x{report.Taken.Vector:X2} comes in its place",
        StepProblem.FeatureMissing => $"vCPU {report.Vcpu}: the hypervisor lacks a feature that Alternate Injection needs",
        _ => "",
    };

    /// <summary>What views differ in.</summary>
    public static string Of(ViewDifference difference)
    {
        var parts = new List<string>();
        if (difference.Kinds != GuestViewKinds.None)
        {
            parts.Add($"the guest's view of {difference.Kinds} is not that of who decides by it");
        }

        if (difference.SvsmMode)
        {
            parts.Add("the SVSM's protocol has x2APIC forms only, and the APIC is in xAPIC mode (coconut-svsm cpu/apic.rs)");
        }

        return $"after {difference.Phase}, vCPU {difference.Vcpu}: {string.Join("; ", parts)}";
    }

    /// <summary>Why a step between modes is not legal.</summary>
    public static string OfModeStep(ModeStep step) => step.Event == TransitionEvent.Reset
        ? $"{step}: APM vol. 2, fig. 16-32 has no arrow from RESET to {step.To}; KVM's RESET leaves xAPIC mode (KVM lapic.c)"
        : $"{step}: {Because(ApicTransition.OfWrite(ApicModel.Kvm, step.Origin, step.From, step.To).RuleId)}";

    /// <summary>A rule's sentence and its source.</summary>
    public static string Because(RuleId rule)
    {
        Rule why = RuleBook.Of(rule);
        string sentence = why.Sentence.TrimEnd('.');
        return $"{sentence} ({why.Source})";
    }
}
