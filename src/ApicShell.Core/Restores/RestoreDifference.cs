using ApicShell.Architecture;

namespace ApicShell.Restores;

/// <summary>How it came that a register is not as it was saved.</summary>
public enum RestoreFate
{
    /// <summary>Nothing that was restored has it.</summary>
    NotRestored,

    /// <summary>The call that has it was refused.</summary>
    Refused,

    /// <summary>The call that has it succeeded, and changed nothing.</summary>
    Dropped,

    /// <summary>The call that has it set something else.</summary>
    Changed,

    /// <summary>It was restored, and a later call changed it.</summary>
    Undone,
}

/// <summary>A register that is not as it was saved.</summary>
/// <param name="Register">The register.</param>
/// <param name="Saved">What it held.</param>
/// <param name="Restored">What it holds.</param>
/// <param name="Fate">How that came.</param>
/// <param name="Item">At which item; null where none has it.</param>
/// <param name="Rule">By which rule; None where none says.</param>
public readonly record struct RestoreDifference(ApicRegister Register, ulong Saved, ulong Restored, RestoreFate Fate, RestoreItem? Item, RuleId Rule);
