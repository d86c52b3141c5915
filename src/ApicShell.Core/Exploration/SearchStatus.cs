namespace ApicShell.Exploration;

/// <summary>How a search ended.</summary>
public enum SearchStatus
{
    /// <summary>A step breaks a property.</summary>
    Broken,

    /// <summary>Every state that can be reached was seen, and no step breaks a property: that holds at any depth.</summary>
    Complete,

    /// <summary>No step up to the greatest depth that was asked for breaks a property.</summary>
    DepthReached,

    /// <summary>The memory that was allowed did not suffice to go on.</summary>
    MemoryBound,

    /// <summary>The search was cancelled.</summary>
    Stopped,
}
