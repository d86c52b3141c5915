using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>What was asked for of platform SevSnp; null for what was not.</summary>
internal readonly struct SnpChoice
{
    public SnpChoice(ApicScope? scope, bool? restricted, HypervisorFeatures? features, HypervisorBehavior? behavior) =>
        (Scope, Restricted, Features, Behavior) = (scope, restricted, features, behavior);

    public ApicScope? Scope { get; }

    public bool? Restricted { get; }

    public HypervisorFeatures? Features { get; }

    public HypervisorBehavior? Behavior { get; }

    /// <summary>The name of the first option that was given, or null.</summary>
    public string? FirstGiven => Scope is not null ? nameof(NewMachineCommand.ApicScope)
        : Restricted is not null ? nameof(NewMachineCommand.RestrictedInjection)
        : Features is not null ? nameof(NewMachineCommand.HypervisorFeature)
        : Behavior is not null ? nameof(NewMachineCommand.HypervisorBehavior)
        : null;

    public SnpPlatform ToPlatform() => new(
        Scope ?? ApicScope.Shared, Restricted == true ? SnpInjection.Restricted : SnpInjection.Alternate, Features ?? HypervisorFeatures.Usual,
        Behavior ?? HypervisorBehavior.None);
}
