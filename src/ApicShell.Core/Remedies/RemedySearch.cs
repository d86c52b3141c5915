using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ApicShell.Compatibility;
using ApicShell.Firmware;

namespace ApicShell.Remedies;

/// <summary>
/// Finds every minimal set of changes. It decides all sets and runs few: a run keeps which changes it has looked at, and what it has not looked at makes
/// no difference to it, so that it decides for all sets that agree about the others. Sets are gone through by size; a set that contains one that works is
/// not run, for it is not minimal. Nothing is taken for granted of changes: one may break what another mends.
/// </summary>
public sealed class RemedySearch
{
    // How many sets are run between two reports.
    private const int Batch = 256;

    private readonly RemedyProblem _problem;
    private readonly RemedyJudge _judge;
    private readonly ulong[] _excluded;
    private readonly ulong _all;

    /// <summary>A search.</summary>
    /// <param name="problem">What is sought.</param>
    public RemedySearch(RemedyProblem problem)
    {
        (_problem, _judge) = (problem, new(problem));
        IReadOnlyList<ApicChange> candidates = problem.Candidates;
        _excluded = [.. candidates.Select(one => SetOf(candidates.Select((other, index) => (other, index)).Where(pair => pair.other != one && one.Excludes(pair.other)).Select(pair => pair.index)))];
        _all = SetOf(Enumerable.Range(0, candidates.Count));
    }

    /// <summary>Searches.</summary>
    /// <param name="workers">How many threads.</param>
    /// <param name="report">Is told how far it is, on the thread of the caller; null for nobody.</param>
    /// <param name="stop">Stops it; what was found until then comes back.</param>
    public RemedyResult Run(int workers, Action<RemedyProgress>? report, CancellationToken stop)
    {
        var levels = new List<Cube>[_problem.Candidates.Count + 1];
        for (int size = 0; size < levels.Length; size++)
        {
            levels[size] = [];
        }

        levels[0].Add(default);
        var found = new List<ulong>();
        (ulong failing, ulong covered, long trials) = (0, 0, 0);
        int level = 0;
        for (; level < levels.Length && !stop.IsCancellationRequested; level++)
        {
            ILookup<bool, Cube> byCover = levels[level].ToLookup(cube => found.Exists(remedy => (cube.Made & remedy) == remedy));
            Cube[] cubes = [.. byCover[false]];
            covered += (ulong)byCover[true].Sum(cube => (long)SetsOf(cube));
            var outcomes = new RemedyTrial[cubes.Length];
            int done = 0;
            for (; done < cubes.Length && !stop.IsCancellationRequested; done = Math.Min(done + Batch, cubes.Length))
            {
                Parallel.For(
                    done, Math.Min(done + Batch, cubes.Length), new ParallelOptions { MaxDegreeOfParallelism = workers }, i => outcomes[i] = _judge.Try(cubes[i].Made));
                report?.Invoke(new(level, cubes.Length - Math.Min(done + Batch, cubes.Length), found.Count, trials + Math.Min(done + Batch, cubes.Length)));
            }

            trials += done;
            if (done < cubes.Length)
            {
                break;
            }

            for (int i = 0; i < cubes.Length; i++)
            {
                Decide(cubes[i], outcomes[i]);
            }

            levels[level].Clear();
        }

        bool complete = level == levels.Length;
        Remedy[] remedies = [.. found.OrderBy(set => Bits.Count(set)).ThenBy(set => set).Select(Explain)];
        return new(remedies, complete, complete ? _problem.Candidates.Count : level - 1, SetsOf(default), failing, covered, trials);

        void Decide(Cube cube, RemedyTrial trial)
        {
            if (trial.Works)
            {
                // It is the least of its own kind; all others of that kind, and whatever contains it, are covered.
                found.Add(cube.Made);
                covered += SetsOf(cube) - 1;
                return;
            }

            ulong looked = trial.Looked & Open(cube);
            failing += SetsOf(new(cube.Made, cube.Left | looked));
            foreach (ulong more in Independent(looked))
            {
                levels[level + Bits.Count(more)].Add(new(cube.Made | more, cube.Left | (looked & ~more)));
            }
        }
    }

    private static ulong SetOf(IEnumerable<int> candidates) => candidates.Aggregate(0UL, (set, candidate) => set | (1UL << candidate));

    /// <summary>The candidates about which a cube says nothing, and that can be made beside what it makes.</summary>
    private ulong Open(Cube cube)
    {
        ulong open = _all & ~(cube.Made | cube.Left);
        for (ulong made = cube.Made; made != 0; made &= made - 1)
        {
            open &= ~_excluded[Bits.Lowest(made)];
        }

        return open;
    }

    /// <summary>How many sets a cube has.</summary>
    private ulong SetsOf(Cube cube) => CountIndependent(Open(cube));

    private ulong CountIndependent(ulong open)
    {
        ulong count = 1;
        while (open != 0)
        {
            int candidate = Bits.Lowest(open);
            ulong group = GroupOf(candidate, open);
            open &= ~group;
            count *= (ulong)(1 + Independent(group).Count());
        }

        return count;
    }

    /// <summary>The candidates that hang together with one by excluding each other.</summary>
    private ulong GroupOf(int candidate, ulong open)
    {
        ulong group = 1UL << candidate;
        for (ulong before = 0; before != group;)
        {
            before = group;
            for (ulong rest = before; rest != 0; rest &= rest - 1)
            {
                group |= _excluded[Bits.Lowest(rest)] & open;
            }
        }

        return group;
    }

    /// <summary>The sets of some candidates, but for the empty one, in which none excludes another.</summary>
    private IEnumerable<ulong> Independent(ulong open)
    {
        if (open == 0)
        {
            yield break;
        }

        ulong one = open & (~open + 1);
        ulong rest = open & ~one;
        foreach (ulong set in Independent(rest))
        {
            yield return set;
        }

        yield return one;
        foreach (ulong set in Independent(rest & ~_excluded[Bits.Lowest(one)]))
        {
            yield return set | one;
        }
    }

    private Remedy Explain(ulong set)
    {
        var without = new List<RemedyNote>();
        var broken = new List<RemedyNote>();
        ulong open = Open(new(set, 0));
        for (int i = 0; i < _problem.Candidates.Count; i++)
        {
            ulong one = 1UL << i;
            if ((set & one) != 0)
            {
                without.Add(new(_problem.Candidates[i], _judge.Try(set & ~one).Problem));
            }
            else if ((open & one) != 0 && _judge.Try(set | one) is { Works: false } trial)
            {
                broken.Add(new(_problem.Candidates[i], trial.Problem));
            }
        }

        ApicDesign design = _judge.DesignOf(set);
        return new(
            [.. _problem.Candidates.Where((_, index) => (set >> index & 1) != 0)],
            design,
            DesignComparison.Run(design, _problem.Boot, new() { VcpuCount = _problem.VcpuCount }, [new ConditionPart()]),
            without,
            broken);
    }

    /// <summary>All sets in which some candidates are made and some are left.</summary>
    private readonly record struct Cube(ulong Made, ulong Left);
}
