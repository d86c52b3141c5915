using Xunit;

namespace ApicShell.Tests;

/// <summary>Classes that run alone, because they look at the time that something takes.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimedTests
{
    /// <summary>The name of the collection.</summary>
    public const string Name = "Timed";
}
