using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell.Remedies;

/// <summary>Remedies that are alike: each takes one change of each group.</summary>
/// <param name="Groups">The groups; one of a single change is in every remedy of the family.</param>
public sealed record RemedyFamily(IReadOnlyList<IReadOnlyList<ApicChange>> Groups)
{
    /// <summary>How many remedies it stands for.</summary>
    public int Count => Groups.Aggregate(1, (count, group) => count * group.Count);

    /// <summary>The family in words: <c>A + (B | C)</c>.</summary>
    public override string ToString() => Groups.Count == 0
        ? "nothing"
        : string.Join(" + ", Groups.Select(group => group.Count == 1 ? group[0].Name : $"({string.Join(" | ", group.Select(change => change.Name))})"));

    /// <summary>
    /// Puts remedies together: two families become one as long as they differ in one group alone, so that together they stand for just the same remedies.
    /// </summary>
    /// <param name="remedies">The remedies.</param>
    /// <param name="order">The changes in the order in which they are shown.</param>
    public static IReadOnlyList<RemedyFamily> Of(IEnumerable<Remedy> remedies, IReadOnlyList<ApicChange> order)
    {
        List<List<ulong>> families = [.. remedies.Select(remedy => remedy.Changes.Select(change => 1UL << IndexOf(order, change)).ToList())];
        for (bool merged = true; merged;)
        {
            merged = false;
            for (int one = 0; one < families.Count; one++)
            {
                for (int other = families.Count - 1; other > one; other--)
                {
                    if (families[one].Count != families[other].Count)
                    {
                        continue;
                    }

                    ulong[] mine = [.. families[one].Except(families[other])];
                    ulong[] its = [.. families[other].Except(families[one])];
                    if (mine.Length == 1 && its.Length == 1)
                    {
                        families[one][families[one].IndexOf(mine[0])] = mine[0] | its[0];
                        families.RemoveAt(other);
                        merged = true;
                    }
                }
            }
        }

        return [.. families.Select(groups => new RemedyFamily([.. groups.OrderBy(group => group & (~group + 1)).Select(group => (IReadOnlyList<ApicChange>)[.. order.Where((_, index) => (group >> index & 1) != 0)])]))];
    }

    private static int IndexOf(IReadOnlyList<ApicChange> order, ApicChange change) =>
        Enumerable.Range(0, order.Count).First(index => order[index].Name == change.Name);
}
