namespace ApicShell.Architecture;

/// <summary>Whether a value may be written to APIC_BASE: the reserved bits first, then the step between modes.</summary>
public static class ApicBaseWrite
{
    /// <summary>The rule by which the write ends, and how it ends.</summary>
    /// <param name="current">APIC_BASE now.</param>
    /// <param name="value">What is to be written.</param>
    /// <param name="traits">Model, address width, and whether x2APIC is offered.</param>
    /// <param name="origin">Who writes.</param>
    /// <param name="verdict">How it ends.</param>
    public static RuleId Judge(ulong current, ulong value, ApicTraits traits, AccessOrigin origin, out TransitionVerdict verdict)
    {
        verdict = TransitionVerdict.Allowed;
        bool kvm = traits.Model == ApicModel.Kvm;
        if (kvm && value == current)
        {
            return RuleId.BaseUnchanged;
        }

        RuleId reserved = traits.ReservedBitsRule(value);
        if (reserved == RuleId.None)
        {
            RuleId step = ApicTransition.RuleOfWrite(traits.Model, origin, new ApicBase(current).Mode, new ApicBase(value).Mode);
            verdict = ApicTransition.VerdictOf(step);
            return step;
        }

        verdict = kvm && origin == AccessOrigin.Host ? TransitionVerdict.Refused : TransitionVerdict.Fault;
        return reserved;
    }
}
