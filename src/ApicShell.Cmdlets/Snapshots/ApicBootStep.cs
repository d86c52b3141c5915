using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>A step of a boot, done: what it issued and what became of it. A snapshot.</summary>
public sealed class ApicBootStep
{
    private readonly BootStep _core;
    private readonly ApicVcpu[] _vcpus;
    private ApicAccess[]? _access;

    internal ApicBootStep(BootStep core, ApicVcpu[] vcpus, IEnumerable<ViewDifference> differences)
    {
        _core = core;
        _vcpus = vcpus;
        Difference = [.. differences.Select(ProblemText.Of)];
    }

    /// <summary>Number of the step in its run, from 1.</summary>
    public int Number => _core.Number;

    /// <summary>The boot's name; Start for what comes before the first, Condition for what a condition adds.</summary>
    public string Boot => _core.Boot;

    /// <summary>The phase's name.</summary>
    public string Phase => _core.Phase;

    /// <summary>The step as it is written.</summary>
    public string Step => _core.Step.ToString();

    /// <summary>The vCPUs that did it.</summary>
    public ApicVcpu[] Vcpu => [.. Indexes.Select(index => _vcpus[index])];

    /// <summary>The numbers of these vCPUs: <c>0</c>, <c>1-259</c>.</summary>
    public string VcpuRange => DesignViewText.Range([.. Indexes]);

    /// <summary>The accesses that it issued, with their answers; looks at APIC_BASE of the guest's library are among them.</summary>
    public ApicAccess[] Access => _access ??= [.. _core.Accesses.Select(one => new ApicAccess(_vcpus[one.Vcpu], one.Access, one.Answer))];

    /// <summary>The steps between modes that it took.</summary>
    public ModeStep[] ModeStep => [.. _core.ModeSteps];

    /// <summary>What a vCPU took; Kind None where the step takes nothing.</summary>
    public TakenInterrupt Taken => _core.Report.Taken;

    /// <summary>Exits it cost.</summary>
    public int Exits => _core.Report.Exits;

    /// <summary>What went wrong.</summary>
    public StepProblem Problem => _core.Report.Problem;

    /// <summary>Whether nothing went wrong.</summary>
    public bool Succeeded => !_core.Report.IsWrong;

    /// <summary>After the last step of a phase: what guest, SVSM and hypervisor differ in, a sentence each.</summary>
    public string[] Difference { get; }

    /// <summary>The rule by which the access ended that went wrong, else the last one, or why an interrupt does not come; null where no rule tells.</summary>
    public Rule? Rule => _core.Report.Reason != RuleId.None ? RuleBook.Of(_core.Report.Reason)
        : _core.Accesses.Count == 0 ? null
        : RuleBook.Of(_core.Report.Answer.Rule);

    /// <summary>Where that rule stands; empty where there is none.</summary>
    public string Source => Rule?.Source ?? "";

    /// <summary>What became of the step, in words: what went wrong, else what was done.</summary>
    public string Description => !Succeeded ? ProblemText.Of(_core.Report)
        : Taken.Kind != TakenKind.None ? $"vCPU {_core.Report.Vcpu} takes {(Taken.Kind == TakenKind.Fixed ? $"0x{Taken.Vector:X2}" : Taken.Kind.ToString())}"
        : _core.ModeSteps.Count > 0 ? string.Join("; ", _core.ModeSteps.Select(step => step.ToString()))
        : Access.Length > 0 ? Access[Access.Length - 1].Description
        : StepGrammar.FormOf(_core.Step.Verb).Summary;

    /// <summary>Its accesses with their answers, a line each, and what else became of it.</summary>
    public string[] Report => DesignViewText.Report(this);

    private IEnumerable<int> Indexes => _core.Accesses.Count > 0 ? _core.Accesses.Select(one => one.Vcpu).Distinct()
        : _core.Step.Vcpus == StepVcpus.All ? Enumerable.Range(0, _vcpus.Length)
        : _core.Step.Vcpus == StepVcpus.Aps ? Enumerable.Range(1, _vcpus.Length - 1)
        : [_core.Report.Vcpu];

    /// <inheritdoc/>
    public override string ToString() => $"{Phase}, step {Number} \"{Step}\": {(Succeeded ? "done" : Problem.ToString())}";
}
