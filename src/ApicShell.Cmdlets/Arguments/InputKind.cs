namespace ApicShell.Arguments;

/// <summary>What a file that is read is to hold; each has its error ids.</summary>
internal enum InputKind
{
    /// <summary>A recorded trace.</summary>
    Trace,

    /// <summary>Boots.</summary>
    Boots,

    /// <summary>Texts of results.</summary>
    Results,

    /// <summary>Known differences of a campaign.</summary>
    KnownDifferences,

    /// <summary>A campaign that is gone on with.</summary>
    Campaign,
}
