using System.Collections.Generic;

namespace ApicShell.Tests.Pester;

/// <summary>What Pester says of one file.</summary>
/// <param name="Problem">Why the file could not be discovered; null when it was.</param>
/// <param name="Tests">Its tests, in their order.</param>
public sealed record PesterReport(string? Problem, IReadOnlyList<PesterReport.Test> Tests)
{
    /// <summary>One test.</summary>
    /// <param name="Name">The names of its blocks and its own, joined by dots.</param>
    /// <param name="Result">Passed, Failed, Skipped …, or NotRun after discovery.</param>
    /// <param name="Message">Pester's own words for what went wrong in it or in a block around it; empty when nothing did.</param>
    public sealed record Test(string Name, string Result, string Message);
}
