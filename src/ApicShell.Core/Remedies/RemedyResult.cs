using System.Collections.Generic;

namespace ApicShell.Remedies;

/// <summary>What a search for remedies has come to.</summary>
/// <param name="Remedies">The minimal sets, smallest first; all of them where <paramref name="IsComplete"/> says so.</param>
/// <param name="IsComplete">Whether every set has been decided; else it was stopped, and every set of at most <paramref name="Size"/> changes has been.</param>
/// <param name="Size">The size up to which every set has been decided; -1 for none.</param>
/// <param name="Sets">How many sets there are, of changes that can be made together.</param>
/// <param name="Failing">How many of them are known not to work.</param>
/// <param name="Covered">How many contain a remedy, so that none of them is minimal.</param>
/// <param name="Trials">How many sets were run.</param>
public sealed record RemedyResult(IReadOnlyList<Remedy> Remedies, bool IsComplete, int Size, ulong Sets, ulong Failing, ulong Covered, long Trials);

/// <summary>How far a search for remedies is.</summary>
/// <param name="Size">The size of the sets that are tried now.</param>
/// <param name="Waiting">How many of that size are left.</param>
/// <param name="Found">How many remedies were found.</param>
/// <param name="Trials">How many sets were run.</param>
public readonly record struct RemedyProgress(int Size, int Waiting, int Found, long Trials);
