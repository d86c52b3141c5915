namespace ApicShell.Exploration;

/// <summary>What came of adding a state to those seen.</summary>
internal enum Visit
{
    /// <summary>It was there.</summary>
    Known,

    /// <summary>It was not there and is now.</summary>
    New,

    /// <summary>It was not there, and there is no memory for it.</summary>
    NoMemory,
}
