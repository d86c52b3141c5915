using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>Whether a write of APIC_BASE would be accepted: a snapshot.</summary>
public sealed class ApicBaseTest
{
    private readonly TransitionVerdict _verdict;
    private readonly ApicTransition _step;

    internal ApicBaseTest(ApicVcpu vcpu, ApicBase current, ApicBase value, AccessOrigin origin)
    {
        Vcpu = vcpu;
        Current = current.Value;
        Value = value.Value;
        Rule = RuleBook.Of(ApicBaseWrite.Judge(current.Value, value.Value, vcpu.Machine.Core.Traits, origin, out _verdict));
        _step = ApicTransition.OfWrite(vcpu.Machine.Model, origin, current.Mode, value.Mode);
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Who would write.</summary>
    public AccessOrigin Origin => _step.Origin;

    /// <summary>APIC_BASE now.</summary>
    public ulong Current { get; }

    /// <summary>What would be written.</summary>
    public ulong Value { get; }

    /// <summary>The mode now.</summary>
    public ApicMode From => _step.From!.Value;

    /// <summary>The mode that the value selects.</summary>
    public ApicMode To => _step.To;

    /// <summary>Whether the write would take effect.</summary>
    public bool Allowed => _verdict == TransitionVerdict.Allowed;

    /// <summary>How the write would end.</summary>
    public TransitionVerdict Verdict => _verdict;

    /// <summary>Whether APM figure 16-32 draws the step.</summary>
    public bool Drawn => _step.IsDrawn;

    /// <summary>By which rule.</summary>
    public Rule Rule { get; }

    /// <summary>The rule's name.</summary>
    public string RuleId => Rule.Id;
}
