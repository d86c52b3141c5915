using System;
using System.Collections.Generic;

namespace ApicShell.Restores;

/// <summary>The orders in which items can be restored.</summary>
public static class RestoreOrders
{
    /// <summary>Most items of which all orders are tried: 7, of which there are 5,040.</summary>
    public const int MostItems = 7;

    /// <summary>Every order, the given one first, then by which of the given items comes first, second and so on.</summary>
    public static IEnumerable<IReadOnlyList<RestoreItem>> Of(IReadOnlyList<RestoreItem> items)
    {
        if (items.Count > MostItems)
        {
            throw new ArgumentOutOfRangeException(nameof(items), items.Count, $"Of at the most {MostItems} items.");
        }

        return Of(items, new bool[items.Count], new RestoreItem[items.Count], 0);
    }

    private static IEnumerable<IReadOnlyList<RestoreItem>> Of(IReadOnlyList<RestoreItem> items, bool[] used, RestoreItem[] order, int place)
    {
        if (place == items.Count)
        {
            yield return (RestoreItem[])order.Clone();
            yield break;
        }

        for (int i = 0; i < items.Count; i++)
        {
            if (used[i])
            {
                continue;
            }

            used[i] = true;
            order[place] = items[i];
            foreach (IReadOnlyList<RestoreItem> whole in Of(items, used, order, place + 1))
            {
                yield return whole;
            }

            used[i] = false;
        }
    }
}
