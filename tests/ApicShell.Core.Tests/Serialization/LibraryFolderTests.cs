#if CORE_NETSTANDARD
using System.IO;
using ApicShell.Serialization;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Which libraries Windows PowerShell is given that asks for them in vain.</summary>
public class LibraryFolderTests
{
    [Theory]
    [InlineData("ApicShell.Core, Version=0.0.9.0, Culture=neutral, PublicKeyToken=null", true)]
    [InlineData("ApicShell.Core, Version=0.1.0.0, Culture=neutral, PublicKeyToken=null", true)]
    [InlineData("ApicShell.Core", true)]
    [InlineData("ApicShell.Core, Version=99.0.0.0, Culture=neutral, PublicKeyToken=null", false)]
    [InlineData("ApicShell.Kern, Version=0.0.9.0, Culture=neutral, PublicKeyToken=null", false)]
    public void It_is_one_that_lies_here_and_is_as_new_as_it_is_wanted(string name, bool isFound) => Assert.Equal(
        isFound ? Path.Combine(Path.GetDirectoryName(typeof(SearchText).Assembly.Location)!, "ApicShell.Core.dll") : null,
        LibraryFolder.Find(name));
}
#endif
