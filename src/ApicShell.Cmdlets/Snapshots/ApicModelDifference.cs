using ApicShell.Architecture;

namespace ApicShell;

/// <summary>Something in which two models differ.</summary>
public sealed class ApicModelDifference
{
    internal ApicModelDifference(ApicRegister? register, string aspect, ApicModelAspect left, ApicModelAspect right)
    {
        Register = register;
        Aspect = aspect;
        Side = [left, right];
    }

    /// <summary>The register it is about; null for what is no single register's.</summary>
    public ApicRegister? Register { get; }

    /// <summary>What of it.</summary>
    public string Aspect { get; }

    /// <summary>Both models, in the order in which they were given: value, source and rule of each.</summary>
    public ApicModelAspect[] Side { get; }

    /// <summary>The first model.</summary>
    public ApicModel Model => Side[0].Model;

    /// <summary>What the first model makes of it.</summary>
    public string Value => Side[0].Value;

    /// <summary>Where that stands.</summary>
    public string Source => Side[0].Source;

    /// <summary>The second model.</summary>
    public ApicModel OtherModel => Side[1].Model;

    /// <summary>What the second model makes of it.</summary>
    public string OtherValue => Side[1].Value;

    /// <summary>Where that stands.</summary>
    public string OtherSource => Side[1].Source;

    /// <inheritdoc/>
    public override string ToString() => $"{(Register is { } register ? $"{register}, " : "")}{Aspect}: {Side[0]}; {Side[1]}";
}
