namespace ApicShell.Exploration;

/// <summary>What a step did.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Fingerprint">Of the state it led to; of no meaning unless it moved.</param>
/// <param name="Property">Number of the property it broke; of no meaning unless it broke one.</param>
public readonly record struct StepOutcome(StepKind Kind, Fingerprint Fingerprint, int Property)
{
    /// <summary>A step that is not possible.</summary>
    public static StepOutcome Disabled => default;

    /// <summary>A step that led to a state.</summary>
    /// <param name="fingerprint">Of that state.</param>
    public static StepOutcome Moved(Fingerprint fingerprint) => new(StepKind.Moved, fingerprint, 0);

    /// <summary>A step that breaks a property.</summary>
    /// <param name="property">Its number.</param>
    public static StepOutcome Broken(int property) => new(StepKind.Broken, default, property);
}
