using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Architecture;

/// <summary>One thing that a model's source settles, or leaves open, in a form that two models can be compared in.</summary>
/// <param name="Register">The register it is about; null for what is no single register's.</param>
/// <param name="Aspect">What of it.</param>
/// <param name="Value">What the model makes of it.</param>
/// <param name="Rule">By which rule; None where no access ends by it.</param>
/// <param name="Source">Where it stands.</param>
public sealed record ModelAspect(ApicRegister? Register, string Aspect, string Value, RuleId Rule, string Source)
{
    /// <summary>All aspects of a model: its registers in the order of offsets, APIC_BASE and TSC_DEADLINE, then what is no single register's.</summary>
    public static IReadOnlyList<ModelAspect> Of(ApicModel model) =>
        [.. RegisterCatalogue.All.SelectMany(spec => RegisterAspects.Of(spec, model)).Concat(ModelBehaviour.Of(model))
            .OrderBy(aspect => aspect.Register is { } register ? (int)register : int.MaxValue)];
}
