using System;
using System.Linq;
using ApicShell.Exploration;

namespace ApicShell.Tests;

/// <summary>A space for the tests of the search: a step changes a copy of the words.</summary>
internal abstract class ToySpace(int words, int letters, ulong problem) : StateSpace
{
    protected ulong Problem { get; } = problem;

    private readonly ulong[] _entered = new ulong[words];
    private readonly ulong[] _moved = new ulong[words];

    public override int WordCount => words;

    public override int LetterCount => letters;

    public override Fingerprint Identity => new((ulong)GetType().Name.Sum(letter => letter), Problem);

    public override Fingerprint WriteRoot(ulong[] words, int offset)
    {
        ulong[] root = Root;
        root.CopyTo(words, offset);
        return FingerprintOf(root);
    }

    public override void Enter(ulong[] words, int offset) => Array.Copy(words, offset, _entered, 0, WordCount);

    public override StepOutcome Try(int letter)
    {
        _entered.CopyTo(_moved, 0);
        return Step(_moved, letter) switch
        {
            null => StepOutcome.Disabled,
            int property and > 0 => StepOutcome.Broken(property),
            _ => StepOutcome.Moved(FingerprintOf(_moved)),
        };
    }

    public override void Save(ulong[] words, int offset) => _moved.CopyTo(words, offset);

    protected virtual ulong[] Root => new ulong[WordCount];

    protected virtual Fingerprint FingerprintOf(ulong[] state) => Fingerprint.Of(state, 0, state.Length);

    /// <summary>Changes the state: 0 where it moved, the number of a property where it broke that, null where the letter is not possible.</summary>
    protected abstract int? Step(ulong[] state, int letter);
}

/// <summary>A counter up to a modulus, up by one or, if it may, down: its deepest state is known. Reaching one value breaks property 7.</summary>
internal sealed class CounterSpace(ulong modulus, bool isTwoWay, ulong broken = ulong.MaxValue) : ToySpace(1, 2, modulus)
{
    protected override int? Step(ulong[] state, int letter)
    {
        if (letter == 1 && !isTwoWay)
        {
            return null;
        }

        state[0] = (state[0] + (letter == 0 ? 1 : Problem - 1)) % Problem;
        return state[0] == broken ? 7 : 0;
    }
}

/// <summary>A jug of 3 and one of 5: fill, empty, pour. Having 4 breaks property 1.</summary>
internal sealed class JugSpace() : ToySpace(2, 6, 0)
{
    private static readonly ulong[] s_sizes = [3, 5];

    protected override int? Step(ulong[] state, int letter)
    {
        int jug = letter & 1;
        int other = 1 - jug;
        switch (letter / 2)
        {
            case 0:
                state[jug] = s_sizes[jug];
                break;
            case 1:
                state[jug] = 0;
                break;
            default:
                ulong poured = Math.Min(state[jug], s_sizes[other] - state[other]);
                state[jug] -= poured;
                state[other] += poured;
                break;
        }

        return state.Contains(4UL) ? 1 : 0;
    }
}

/// <summary>Eight tiles and a hole in a square of nine, one word each. Having the tiles in a given order breaks property 3.</summary>
internal sealed class PuzzleSpace(string? broken = null) : ToySpace(9, 4, 8)
{
    /// <summary>States at each depth, from the hole in a corner (OEIS A089473).</summary>
    public static readonly long[] DepthCounts =
    [
        1, 2, 4, 8, 16, 20, 39, 62, 116, 152, 286, 396, 748, 1024, 1893, 2512, 4485, 5638, 9529, 10878, 16993, 17110, 23952, 20224, 24047, 15578, 14560, 6274, 3910,
        760, 221, 2,
    ];

    private readonly ulong[]? _broken = broken?.Select(tile => (ulong)(tile - '0')).ToArray();

    protected override ulong[] Root => [0, 1, 2, 3, 4, 5, 6, 7, 8];

    protected override int? Step(ulong[] state, int letter)
    {
        int hole = Array.IndexOf(state, 0UL);
        int column = hole % 3;
        int to = letter switch
        {
            0 when column > 0 => hole - 1,
            1 when column < 2 => hole + 1,
            2 when hole >= 3 => hole - 3,
            3 when hole < 6 => hole + 3,
            _ => -1,
        };
        if (to < 0)
        {
            return null;
        }

        (state[hole], state[to]) = (state[to], 0);
        return _broken is not null && state.AsSpan().SequenceEqual(_broken) ? 3 : 0;
    }
}

/// <summary>
/// Switches, each in a word of its own among others that do not change; a letter turns one over. States at a depth are binomial coefficients. Turning
/// off the first after so many are on breaks a property.
/// </summary>
internal sealed class SwitchSpace(int switches, int words, int broken = int.MaxValue) : ToySpace(words, switches, (ulong)switches)
{
    private readonly int _apart = words / switches;
    private readonly ulong[] _root = [.. Enumerable.Range(0, words).Select(word => (ulong)word * 0x9E37_79B9_7F4A_7C15)];

    public Action<int>? Tried { get; init; }

    protected override ulong[] Root => _root;

    protected override int? Step(ulong[] state, int letter)
    {
        Tried?.Invoke(letter);
        bool wasOn = state[letter * _apart] != _root[letter * _apart];
        state[letter * _apart] ^= 0x0000_0001_0000_0100;
        return wasOn && letter == 0 && state.Zip(_root, (now, then) => now != then ? 1 : 0).Sum() >= broken ? 5 : 0;
    }
}

/// <summary>
/// Tokens that walk up and go back to the start, one a word; all at the top break property 2. They are all alike: folded, only how many
/// are where matters.
/// </summary>
internal sealed class TokenSpace(int tokens, ulong top, bool isFolded, bool breaks = true) : ToySpace(tokens, tokens * 2, top)
{
    private readonly ulong[] _sorted = new ulong[tokens];

    protected override int? Step(ulong[] state, int letter)
    {
        int token = letter / 2;
        if (letter % 2 == 0)
        {
            if (state[token] == Problem)
            {
                return null;
            }

            state[token]++;
            return breaks && !state.AsSpan().ContainsAnyExcept(Problem) ? 2 : 0;
        }

        // Back, and whoever is where it was moves up if that is not the top: states are left and come back to.
        ulong left = state[token];
        state[token] = 0;
        return left == 0 ? null : 0;
    }

    protected override Fingerprint FingerprintOf(ulong[] state)
    {
        if (!isFolded)
        {
            return base.FingerprintOf(state);
        }

        state.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        return Fingerprint.Of(_sorted, 0, _sorted.Length);
    }
}

/// <summary>A graph drawn by lot. Weak fingerprints differ in the last bits only, so that no bits of them tell one state before from another.</summary>
internal sealed class GraphSpace : ToySpace
{
    public const int Nowhere = -1;
    private readonly bool _isWeak;

    public GraphSpace(int seed, bool isWeak)
        : base(1, 1 + (int)((uint)seed % 5), (uint)seed)
    {
        var random = new Random(seed);
        _isWeak = isWeak;
        int nodes = random.Next(1, 400);
        int broken = random.Next(4) == 0 ? 0 : random.Next(1, 60);
        Steps = [.. Enumerable.Range(0, nodes).Select(node => Enumerable.Range(0, LetterCount).Select(_ => random.Next(100) switch
        {
            < 15 => Nowhere,
            // Broken, property 1 to 3: rarely, and never at the first nodes, so that ways are long.
            15 when broken != 0 && node > nodes / 2 => -2 - random.Next(3),
            _ => random.Next(3) == 0 ? random.Next(nodes) : Math.Min(nodes - 1, node + random.Next(6)),
        }).ToArray())];
    }

    /// <summary>By node and letter: the next node; less than <see cref="Nowhere"/> where a property is broken.</summary>
    public int[][] Steps { get; }

    public Fingerprint FingerprintOf(int node) => FingerprintOf([(ulong)node]);

    protected override int? Step(ulong[] state, int letter)
    {
        int to = Steps[state[0]][letter];
        state[0] = (ulong)to;
        return to == Nowhere ? null : to < Nowhere ? -1 - to : 0;
    }

    protected override Fingerprint FingerprintOf(ulong[] state) => _isWeak ? new(5, (state[0] * 7) % 1021) : base.FingerprintOf(state);
}
