using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>What one model makes of one thing, with the source.</summary>
public sealed class ApicModelAspect
{
    private readonly ModelAspect _aspect;

    internal ApicModelAspect(ApicModel model, ModelAspect aspect)
    {
        Model = model;
        _aspect = aspect;
    }

    /// <summary>The model.</summary>
    public ApicModel Model { get; }

    /// <summary>What it makes of it.</summary>
    public string Value => _aspect.Value;

    /// <summary>Where that stands.</summary>
    public string Source => _aspect.Source;

    /// <summary>The rule by which an access ends so; null where none does.</summary>
    public Rule? Rule => _aspect.Rule == RuleId.None ? null : RuleBook.Of(_aspect.Rule);

    /// <inheritdoc/>
    public override string ToString() => $"{Model}: {Value} ({Source})";
}
