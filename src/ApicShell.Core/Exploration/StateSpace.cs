namespace ApicShell.Exploration;

/// <summary>
/// One worker's view of what is explored; not thread-safe, the search makes one for each worker. A state is a fixed number of 64-bit words. A step
/// depends on the state and the letter alone. A space may fold states that are equivalent: it gives them one fingerprint, then a letter that
/// leads from one of them to a fingerprint, or breaks a property, has a counterpart in each of the others.
/// </summary>
public abstract class StateSpace
{
    /// <summary>Words of a state.</summary>
    public abstract int WordCount { get; }

    /// <summary>Letters that may be tried in a state, numbered from 0.</summary>
    public abstract int LetterCount { get; }

    /// <summary>Stands for the whole problem (machine, design, alphabet, properties): results of another problem are never mixed with its own.</summary>
    public abstract Fingerprint Identity { get; }

    /// <summary>Writes the state that the search starts from, and gives its fingerprint.</summary>
    /// <param name="words">Where to.</param>
    /// <param name="offset">Place of the state's first word.</param>
    public abstract Fingerprint WriteRoot(ulong[] words, int offset);

    /// <summary>Takes a state as the one from which letters are tried next.</summary>
    /// <param name="words">Where it is.</param>
    /// <param name="offset">Place of its first word.</param>
    public abstract void Enter(ulong[] words, int offset);

    /// <summary>Tries a letter, always from the state that was entered: letters come in any order, and may come again.</summary>
    /// <param name="letter">Its number.</param>
    public abstract StepOutcome Try(int letter);

    /// <summary>Writes the state that the last <see cref="Try"/> moved to.</summary>
    /// <param name="words">Where to.</param>
    /// <param name="offset">Place of the state's first word.</param>
    public abstract void Save(ulong[] words, int offset);
}
