using System.Collections.Generic;
using ApicShell.Firmware;

namespace ApicShell.Remedies;

/// <summary>A set of changes with which it works, and with no proper subset of it.</summary>
/// <param name="Changes">The changes, in the order of the candidates.</param>
/// <param name="Design">What they make of things as they stand.</param>
/// <param name="Run">The boot, with every step.</param>
/// <param name="Without">For each change what goes wrong first where it alone is left out.</param>
/// <param name="Broken">For each other candidate that could be made beside them and then breaks it, what goes wrong first.</param>
public sealed record Remedy(
    IReadOnlyList<ApicChange> Changes, ApicDesign Design, BootRun Run, IReadOnlyList<RemedyNote> Without, IReadOnlyList<RemedyNote> Broken);

/// <summary>What goes wrong where a change is left out, or made beside others.</summary>
/// <param name="Change">The change.</param>
/// <param name="Problem">The first problem, in words with its source.</param>
public sealed record RemedyNote(ApicChange Change, string Problem);
