using Xunit;

namespace ApicShell.Tests;

/// <summary>Tests that look at the time or memory of the whole process, so that no other test may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class MeasuredAlone
{
    public const string Name = "measured alone";
}
