using System.Collections.Generic;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>How one test of a Pester file ended.</summary>
/// <param name="FullName">The names of its blocks and its own, joined by dots as Pester does.</param>
/// <param name="HasRun">Whether the test itself was reached.</param>
/// <param name="Failures">What went wrong in it, before it or after it; empty when it passed.</param>
public sealed record PesterTestResult(string FullName, bool HasRun, IReadOnlyList<string> Failures)
{
    /// <summary>Gets a value indicating whether the test ran to its end and nothing went wrong.</summary>
    public bool Passed => HasRun && Failures.Count == 0;
}
