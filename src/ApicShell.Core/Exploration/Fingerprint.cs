using System;

namespace ApicShell.Exploration;

/// <summary>
/// 128 bits that stand for a state: a hash of its canonical words. States of equal fingerprints are taken as one state. The bits are to be
/// as good as random, for the search finds states by them; <see cref="Of(ulong[], int, int)"/> gives such.
/// </summary>
/// <param name="High">The upper half; it decides the order first.</param>
/// <param name="Low">The lower half.</param>
public readonly record struct Fingerprint(ulong High, ulong Low) : IComparable<Fingerprint>
{
    /// <summary>The fingerprint of words: the same on every platform and framework, so that it may stand in files.</summary>
    /// <param name="words">Where the words are.</param>
    /// <param name="offset">The first of them.</param>
    /// <param name="count">How many; it counts, so that words and the same words with zeros after them differ.</param>
    public static unsafe Fingerprint Of(ulong[] words, int offset, int count)
    {
        if (words is null)
        {
            throw new ArgumentNullException(nameof(words));
        }

        if (offset < 0 || count < 0 || offset > words.Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(count), "The words reach beyond their array.");
        }

        fixed (ulong* first = words)
        {
            return FingerprintHash.Of(first + offset, count);
        }
    }

    /// <summary>The fingerprint of words in memory, as that of words in an array.</summary>
    /// <param name="words">The first word.</param>
    /// <param name="count">How many, 0 or more.</param>
    public static unsafe Fingerprint Of(ulong* words, int count) => FingerprintHash.Of(words, count);

    /// <inheritdoc/>
    public int CompareTo(Fingerprint other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>Whether one comes before another.</summary>
    public static bool operator <(Fingerprint left, Fingerprint right) => left.High < right.High || (left.High == right.High && left.Low < right.Low);

    /// <summary>Whether one comes after another.</summary>
    public static bool operator >(Fingerprint left, Fingerprint right) => right < left;

    /// <summary>Whether one is another or comes before it.</summary>
    public static bool operator <=(Fingerprint left, Fingerprint right) => !(right < left);

    /// <summary>Whether one is another or comes after it.</summary>
    public static bool operator >=(Fingerprint left, Fingerprint right) => !(left < right);

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
