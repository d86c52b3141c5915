namespace ApicShell.Remedies;

/// <summary>What became of a set of changes.</summary>
/// <param name="Problem">The first problem, in words with its source; empty where it works.</param>
/// <param name="Looked">The candidates that have made a difference to it, or could have: whichever of the others is made, it ends the same way.</param>
internal readonly record struct RemedyTrial(string Problem, ulong Looked)
{
    public bool Works => Problem.Length == 0;
}
