namespace ApicShell.Exploration;

/// <summary>How a search gets on.</summary>
/// <param name="Depth">Depth of the states that are being expanded.</param>
/// <param name="States">Distinct states seen so far.</param>
/// <param name="Successors">Steps tried so far that were possible.</param>
/// <param name="Frontier">States of this depth that are still to expand.</param>
/// <param name="MemoryBytes">Bytes taken now.</param>
public readonly record struct SearchProgress(int Depth, long States, long Successors, long Frontier, long MemoryBytes);
