using System.Collections.Generic;
using static ApicShell.Architecture.ApicMode;

namespace ApicShell.Architecture;

/// <summary>What makes a local APIC change its mode.</summary>
public enum TransitionEvent
{
    /// <summary>A write of APIC_BASE.</summary>
    Write,

    /// <summary>RESET.</summary>
    Reset,

    /// <summary>INIT.</summary>
    Init,
}

/// <summary>How a step between two modes ends.</summary>
public enum TransitionVerdict
{
    /// <summary>It takes effect.</summary>
    Allowed,

    /// <summary>#GP(0), and the mode stays.</summary>
    Fault,

    /// <summary>The host API refuses it, and the mode stays.</summary>
    Refused,

    /// <summary>No APIC is ever in the mode it starts from.</summary>
    Unreachable,
}

/// <summary>One step between two modes, by one model: a row of the transition table (APM vol. 2, fig. 16-32; SDM; KVM lapic.c).</summary>
/// <param name="Event">What causes it.</param>
/// <param name="From">The mode before; null for RESET, which comes from any.</param>
/// <param name="To">The mode after, if the step is allowed.</param>
/// <param name="Model">The model.</param>
/// <param name="Origin">Who writes; the manuals know no host, so AMD and Intel treat its write as the guest's.</param>
/// <param name="Verdict">How it ends.</param>
/// <param name="RuleId">By which rule.</param>
public sealed record ApicTransition(
    TransitionEvent Event, ApicMode? From, ApicMode To, ApicModel Model, AccessOrigin Origin, TransitionVerdict Verdict, RuleId RuleId)
{
    // To: Disabled, XApic, Invalid, X2Apic.
    private static readonly RuleId[,] s_guestWrites =
    {
        /* Disabled */ { RuleId.BaseSameMode, RuleId.BaseDrawnStep, RuleId.BaseExtdNeedsAe, RuleId.BaseDisabledToX2Apic },
        /* XApic    */ { RuleId.BaseDrawnStep, RuleId.BaseSameMode, RuleId.BaseExtdNeedsAe, RuleId.BaseDrawnStep },
        /* Invalid  */ { RuleId.BaseInvalidUnreachable, RuleId.BaseInvalidUnreachable, RuleId.BaseInvalidUnreachable, RuleId.BaseInvalidUnreachable },
        /* X2Apic   */ { RuleId.BaseDrawnStep, RuleId.BaseX2ApicToXApic, RuleId.BaseExtdNeedsAe, RuleId.BaseSameMode },
    };

    private static readonly RuleId[,] s_kvmHostWrites =
    {
        /* Disabled */ { RuleId.BaseSameMode, RuleId.BaseDrawnStep, RuleId.BaseHostRefused, RuleId.BaseHostAnyMode },
        /* XApic    */ { RuleId.BaseDrawnStep, RuleId.BaseSameMode, RuleId.BaseHostRefused, RuleId.BaseDrawnStep },
        /* Invalid  */ { RuleId.BaseInvalidUnreachable, RuleId.BaseInvalidUnreachable, RuleId.BaseInvalidUnreachable, RuleId.BaseInvalidUnreachable },
        /* X2Apic   */ { RuleId.BaseDrawnStep, RuleId.BaseHostAnyMode, RuleId.BaseHostRefused, RuleId.BaseSameMode },
    };

    private static readonly ApicMode[] s_modes = [Disabled, XApic, X2Apic, Invalid];

    /// <summary>Whether the step takes effect.</summary>
    public bool IsAllowed => Verdict == TransitionVerdict.Allowed;

    /// <summary>Whether APM figure 16-32 draws it. The figure draws five arrows: RESET to disabled, and those of <see cref="RuleId.BaseDrawnStep"/>.</summary>
    public bool IsDrawn => Event == TransitionEvent.Reset
        ? To == Disabled
        : Event == TransitionEvent.Write && From is { } from && IsWriteDrawn(from, To);

    /// <summary>Whether APM figure 16-32 draws an arrow for a write that leads from one mode to another.</summary>
    public static bool IsWriteDrawn(ApicMode from, ApicMode to) =>
        (from, to) is (Disabled, XApic) or (XApic, Disabled) or (XApic, X2Apic) or (X2Apic, Disabled);

    /// <summary>The rule.</summary>
    public Rule Rule => RuleCatalogue.Find(RuleId);

    /// <summary>The step that a write of APIC_BASE takes.</summary>
    public static ApicTransition OfWrite(ApicModel model, AccessOrigin origin, ApicMode from, ApicMode to)
    {
        RuleId rule = RuleOfWrite(model, origin, from, to);
        return new(TransitionEvent.Write, from, to, model, origin, VerdictOf(rule), rule);
    }

    /// <summary>The mode in which RESET leaves a model as it is.</summary>
    public static ApicMode AfterReset(ApicModel model) => model == ApicModel.Amd ? Disabled : XApic;

    /// <summary>The step that RESET takes in a model as it is.</summary>
    public static ApicTransition OfReset(ApicModel model) => OfReset(model, AfterReset(model));

    /// <summary>The step that RESET takes on a machine whose reset mode may have been chosen.</summary>
    public static ApicTransition OfReset(ApicModel model, ApicMode to)
    {
        bool natural = to == AfterReset(model);
        RuleId rule = !natural ? RuleId.ResetByOption : model == ApicModel.Amd ? RuleId.ResetDisabled : RuleId.ResetXApic;
        return new(TransitionEvent.Reset, null, to, model, AccessOrigin.Guest, TransitionVerdict.Allowed, rule);
    }

    /// <summary>The whole table of a model and an origin: RESET, every write from every mode to every mode, INIT.</summary>
    public static IEnumerable<ApicTransition> Table(ApicModel model, AccessOrigin origin)
    {
        yield return OfReset(model) with { Origin = origin };
        foreach (ApicMode from in s_modes)
        {
            foreach (ApicMode to in s_modes)
            {
                yield return OfWrite(model, origin, from, to);
            }
        }

        foreach (ApicMode mode in s_modes)
        {
            if (mode != Invalid)
            {
                yield return new(TransitionEvent.Init, mode, mode, model, origin, TransitionVerdict.Allowed, RuleId.InitKeepsMode);
            }
        }
    }

    internal static RuleId RuleOfWrite(ApicModel model, AccessOrigin origin, ApicMode from, ApicMode to) =>
        (model == ApicModel.Kvm && origin == AccessOrigin.Host ? s_kvmHostWrites : s_guestWrites)[(int)from, (int)to];

    internal static TransitionVerdict VerdictOf(RuleId rule) => rule switch
    {
        RuleId.BaseSameMode or RuleId.BaseDrawnStep or RuleId.BaseHostAnyMode => TransitionVerdict.Allowed,
        RuleId.BaseHostRefused => TransitionVerdict.Refused,
        RuleId.BaseInvalidUnreachable => TransitionVerdict.Unreachable,
        _ => TransitionVerdict.Fault,
    };
}
