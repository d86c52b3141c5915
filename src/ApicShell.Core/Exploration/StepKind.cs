namespace ApicShell.Exploration;

/// <summary>How a step ended.</summary>
public enum StepKind : byte
{
    /// <summary>The letter is not possible in this state.</summary>
    Disabled,

    /// <summary>The step led to a state, perhaps to the same.</summary>
    Moved,

    /// <summary>The step breaks a property.</summary>
    Broken,
}
