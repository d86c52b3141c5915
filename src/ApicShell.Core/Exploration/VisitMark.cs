namespace ApicShell.Exploration;

/// <summary>
/// What is kept of a state besides its fingerprint, in one word: its level, and the first bits of the fingerprint of the smallest state of the level
/// before from which a step led to it. Other states may share those bits; <see cref="PathFinder"/> finds out which it was. Of two marks of
/// one level, the smaller one is of the smaller state.
/// </summary>
internal static class VisitMark
{
    // Levels up to SearchOptions.DepthLimit, counted from 1 so that no mark is 0.
    private const int LevelBits = 20;
    private const ulong LevelMask = (1UL << LevelBits) - 1;

    /// <summary>The mark of the root.</summary>
    public const ulong Root = 1;

    /// <summary>The mark of a state to which a step led.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="parentHigh">Upper half of the fingerprint of the state that the step started from.</param>
    public static ulong Of(int level, ulong parentHigh) => (parentHigh & ~LevelMask) | (uint)(level + 1);

    public static int Level(ulong mark) => (int)(mark & LevelMask) - 1;

    /// <summary>The first bits of the fingerprint of the state before, where they are in its upper half.</summary>
    public static ulong Parent(ulong mark) => mark & ~LevelMask;

    /// <summary>Whether a fingerprint begins with the bits that <see cref="Parent"/> gave.</summary>
    public static bool IsParent(ulong parent, ulong high) => (high & ~LevelMask) == parent;

    /// <summary>Whether one mark is of the same level as that of a state and to be preferred.</summary>
    public static bool IsBetter(ulong mark, ulong present) => mark < present && ((mark ^ present) & LevelMask) == 0;
}
