using System.Collections.Generic;

namespace ApicShell.Exploration;

/// <summary>
/// The way from the root to a step that breaks a property. Of all the shortest it is the one whose last state has the smallest fingerprint; of the
/// ways to that state, from the end backwards, the one over the smallest fingerprints; of the letters between two states, the smallest.
/// </summary>
public sealed class Counterexample
{
    /// <summary>Makes a way.</summary>
    /// <param name="letters">The letters from the root.</param>
    /// <param name="property">Number of the property that the last one breaks.</param>
    /// <param name="states">Fingerprints of the states from which they go on.</param>
    /// <param name="isCanonical">Whether it is known to be the one that the rules choose.</param>
    public Counterexample(IReadOnlyList<int> letters, int property, IReadOnlyList<Fingerprint> states, bool isCanonical) =>
        (Letters, Property, States, IsCanonical) = (letters, property, states, isCanonical);

    /// <summary>The letters from the root; the last one breaks the property.</summary>
    public IReadOnlyList<int> Letters { get; }

    /// <summary>Number of the property that is broken.</summary>
    public int Property { get; }

    /// <summary>Fingerprints of the states on the way, the root's first: the key by which the counterexamples of parts are compared, last one first.</summary>
    public IReadOnlyList<Fingerprint> States { get; }

    /// <summary>
    /// Whether it is known to be the one that the rules choose. It is not where the search was stopped before it had tried all steps of that
    /// depth, or a part of the search knows less deep.
    /// </summary>
    public bool IsCanonical { get; }

    internal Counterexample WithCanonical(bool isCanonical) => new(Letters, Property, States, isCanonical);

    /// <summary>Which of two shortest ones is chosen: negative where this one is.</summary>
    internal int CompareTo(Counterexample other)
    {
        if (States.Count != other.States.Count)
        {
            return States.Count.CompareTo(other.States.Count);
        }

        for (int at = States.Count - 1; at >= 0; at--)
        {
            int order = States[at].CompareTo(other.States[at]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
