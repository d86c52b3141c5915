using System.IO;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>Runs the files of tests/Pester in the hosted engine, each of their tests as a test of its own.</summary>
public sealed class PesterTests
{
    private static readonly PesterFolder s_folder = new(
        Path.Combine(BuildPaths.RepositoryRoot, "tests", "Pester"),
        BuildPaths.ModuleLayout);

    public static TheoryData<PesterCase> Cases => [.. s_folder.Discover()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pester(PesterCase test)
    {
        string? failure = s_folder.Failure(test);
        Assert.True(failure is null, failure);
    }
}
