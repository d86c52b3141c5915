namespace ApicShell.Exploration;

/// <summary>What a search must have in common with the file that it goes on with.</summary>
/// <param name="Identity">What is searched.</param>
/// <param name="Part">Which part.</param>
/// <param name="PartCount">Of how many.</param>
/// <param name="WordCount">Words of a state.</param>
internal readonly record struct SearchHeader(Fingerprint Identity, int Part, int PartCount, int WordCount);
