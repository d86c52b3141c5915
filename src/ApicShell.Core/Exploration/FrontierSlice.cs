namespace ApicShell.Exploration;

/// <summary>States of a chunk that are expanded in a row.</summary>
/// <param name="Chunk">Where they are.</param>
/// <param name="Start">The first one's first byte.</param>
/// <param name="End">The byte after the last one.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct FrontierSlice(FrontierChunk Chunk, int Start, int End, int Count);
