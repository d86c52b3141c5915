using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>An APIC that was addressed and did not take it, and why.</summary>
public sealed class ApicRefusal
{
    internal ApicRefusal(ApicVcpu vcpu, RuleId rule)
    {
        Vcpu = vcpu;
        Rule = RuleBook.Of(rule);
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>By which rule.</summary>
    public Rule Rule { get; }

    /// <summary>The rule's name.</summary>
    public string RuleId => Rule.Id;

    /// <summary>What the rule says.</summary>
    public string Description => Rule.Sentence;

    /// <inheritdoc/>
    public override string ToString() => $"{Vcpu} ({Rule.Id})";
}
