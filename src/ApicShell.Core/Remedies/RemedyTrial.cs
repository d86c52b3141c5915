using ApicShell.Firmware;

namespace ApicShell.Remedies;

/// <summary>What became of a set of changes.</summary>
/// <param name="Problem">The first problem, in words with its source; empty where it works.</param>
/// <param name="Looked">The candidates that have made a difference to it, or could have: whichever of the others is made, it ends the same way.</param>
/// <param name="Run">The run that tells.</param>
internal readonly record struct RemedyTrial(string Problem, ulong Looked, BootRun Run)
{
    public bool Works => Problem.Length == 0;
}
