using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Exploration;

/// <summary>
/// Finds the way to a state. The states seen say of each only the first bits of the fingerprint of the one before: those that these bits may mean are
/// collected from the end backwards, then entered from the root on, to see from which of them a step leads on indeed.
/// </summary>
internal sealed class PathFinder(StateSpace space, VisitedSet visited, Fingerprint root)
{
    private readonly ulong[] _words = new ulong[space.WordCount];

    /// <summary>The way to the step from a state that breaks a property.</summary>
    public Counterexample Find(Fingerprint broken, bool isCanonical)
    {
        Fingerprint[] chain = Choose(Candidates(broken));
        int[] letters = new int[chain.Length];
        Fingerprint start = space.WriteRoot(_words, 0);
        for (int at = 0; at + 1 < chain.Length; at++)
        {
            space.Enter(_words, 0);
            letters[at] = FirstLetter(outcome => outcome.Kind == StepKind.Moved && outcome.Fingerprint == chain[at + 1], out _);
            space.Save(_words, 0);
        }

        space.Enter(_words, 0);
        letters[chain.Length - 1] = FirstLetter(outcome => outcome.Kind == StepKind.Broken, out StepOutcome last);
        return start == root ? new(letters, last.Property, chain, isCanonical) : throw NotAFunction();
    }

    /// <summary>For each level the states that the way may lead over.</summary>
    private HashSet<Fingerprint>[] Candidates(Fingerprint last)
    {
        int depth = VisitMark.Level(visited.MarkOf(last));
        if (depth < 0)
        {
            throw NotAFunction();
        }

        var levels = new HashSet<Fingerprint>[depth + 1];
        levels[depth] = [last];
        for (int level = depth; level > 0; level--)
        {
            levels[level - 1] = [.. levels[level].SelectMany(state => visited.ParentsOf(visited.MarkOf(state)))];
        }

        return levels;
    }

    /// <summary>From the end backwards, always the smallest state from which a step leads on.</summary>
    private Fingerprint[] Choose(HashSet<Fingerprint>[] levels)
    {
        var steps = new HashSet<(Fingerprint From, Fingerprint To)>[levels.Length - 1];
        space.WriteRoot(_words, 0);
        Dictionary<Fingerprint, ulong[]> reached = new() { [root] = (ulong[])_words.Clone() };
        for (int level = 0; level < steps.Length; level++)
        {
            steps[level] = Steps(reached, levels[level + 1], out reached);
        }

        var chain = new Fingerprint[levels.Length];
        chain[steps.Length] = levels[steps.Length].Single();
        for (int level = steps.Length - 1; level >= 0; level--)
        {
            Fingerprint[] before = [.. steps[level].Where(step => step.To == chain[level + 1]).Select(step => step.From)];
            chain[level] = before.Length > 0 ? before.Min() : throw NotAFunction();
        }

        return chain;
    }

    private HashSet<(Fingerprint From, Fingerprint To)> Steps(
        Dictionary<Fingerprint, ulong[]> from, HashSet<Fingerprint> to, out Dictionary<Fingerprint, ulong[]> reached)
    {
        HashSet<(Fingerprint From, Fingerprint To)> steps = [];
        reached = [];
        foreach (KeyValuePair<Fingerprint, ulong[]> state in from)
        {
            space.Enter(state.Value, 0);
            for (int letter = 0; letter < space.LetterCount; letter++)
            {
                StepOutcome outcome = space.Try(letter);
                if (outcome.Kind == StepKind.Moved && to.Contains(outcome.Fingerprint) && steps.Add((state.Key, outcome.Fingerprint))
                    && !reached.ContainsKey(outcome.Fingerprint))
                {
                    space.Save(_words, 0);
                    reached[outcome.Fingerprint] = (ulong[])_words.Clone();
                }
            }
        }

        return steps;
    }

    private int FirstLetter(Func<StepOutcome, bool> isMeant, out StepOutcome outcome)
    {
        for (int letter = 0; letter < space.LetterCount; letter++)
        {
            outcome = space.Try(letter);
            if (isMeant(outcome))
            {
                return letter;
            }
        }

        throw NotAFunction();
    }

    private static InvalidOperationException NotAFunction() =>
        new("The state space is not a function of state and letter: a step that it made once it does not make again.");
}
