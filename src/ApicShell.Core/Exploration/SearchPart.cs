using System.Collections.Generic;

namespace ApicShell.Exploration;

/// <summary>
/// Splits a search: all parts do the same until there are enough states to expand, or at a fixed depth; these, in the order of their fingerprints, are dealt out,
/// and each part goes on with its share.
/// </summary>
internal static class SearchPart
{
    private const int StatesAPart = 64;
    private const int LatestDepth = 32;

    /// <summary>Whether it is time to split.</summary>
    public static bool IsDue(SearchState state, int partCount) =>
        !state.IsSplit && partCount > 1 && (state.FrontierCount >= (long)StatesAPart * partCount || state.Depth >= LatestDepth);

    /// <summary>Keeps a part's share of the states to expand.</summary>
    /// <returns>Whether there is memory for it.</returns>
    public static bool TrySplit(SearchState state, int part, int partCount, ChunkPool pool, StatePacking packing)
    {
        FrontierSlice[] all = state.Current.TakeAll();
        List<(Fingerprint State, FrontierChunk Chunk, int At)> states = [];
        foreach (FrontierSlice slice in all)
        {
            int at = slice.Start;
            for (int count = 0; count < slice.Count; count++, at += StatePacking.LengthAt(slice.Chunk.Bytes, at))
            {
                states.Add((StatePacking.FingerprintAt(slice.Chunk.Bytes, at), slice.Chunk, at));
            }
        }

        states.Sort((left, right) => left.State.CompareTo(right.State));
        var writer = new FrontierWriter(pool, packing) { Target = state.Current };
        state.FrontierCount = 0;
        for (int index = part - 1; index < states.Count; index += partCount)
        {
            if (!writer.TryCopy(states[index].Chunk.Bytes, states[index].At))
            {
                return false;
            }

            state.FrontierCount++;
        }

        writer.Flush();
        foreach (FrontierSlice slice in all)
        {
            state.Current.Done(slice.Chunk, slice.Count);
        }

        state.IsSplit = true;
        return true;
    }
}
