using System.Reflection;
using System.Runtime.Versioning;
using ApicShell.Emulation;
using ApicShell.Serialization;
using Xunit;

namespace ApicShell.Tests;

public class BuildTests
{
    [Fact]
    public void These_tests_run_against_the_build_that_their_project_names()
    {
#if CORE_NETSTANDARD
        const string expected = ".NETStandard,Version=v2.0";
#else
        const string expected = ".NETCoreApp,Version=v8.0";
#endif
        Assert.All([typeof(Machine), typeof(SearchText)], type => Assert.Equal(expected, type.Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName));
    }
}
