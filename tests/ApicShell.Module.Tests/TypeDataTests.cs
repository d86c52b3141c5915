using System.IO;
using System.Linq;
using System.Xml.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>ApicShell.Types.ps1xml: what a list shows of an object.</summary>
public sealed class TypeDataTests : ModuleTest
{
    [Fact]
    public void Every_property_that_a_list_shows_is_there()
    {
        XElement[] types = [.. XDocument.Load(Path.Combine(BuildPaths.ModuleLayout, "ApicShell.Types.ps1xml")).Descendants("Type")];
        Assert.NotEmpty(types);
        foreach (XElement type in types)
        {
            string name = type.Element("Name")!.Value;
            string[] shown = [.. type.Descendants("ReferencedProperties").Elements("Name").Select(property => property.Value)];
            string[] present = [.. Session.Run($"[{name}].GetProperties() | ForEach-Object {{ $_.Name }}").NoErrors().Output.Select(property => property.ToString())];
            Assert.NotEmpty(shown);
            Assert.Empty(shown.Except(present));
        }
    }
}
