using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The folders of the core are rooms; what one may know of another goes one way only.</summary>
public partial class RoomTests
{
    private static readonly Dictionary<string, string[]> s_mayKnow = new()
    {
        ["Compatibility"] = [],
        ["Architecture"] = ["Compatibility"],
        ["Emulation"] = ["Architecture", "Compatibility"],
        ["Confidential"] = ["Architecture", "Emulation", "Compatibility"],
        ["Tracing"] = ["Architecture", "Emulation", "Compatibility"],
        ["Firmware"] = ["Architecture", "Emulation", "Confidential", "Tracing", "Compatibility"],
        ["Exploration"] = ["Architecture", "Emulation", "Confidential", "Tracing", "Firmware", "Compatibility"],
    };

    [Fact]
    public void No_room_knows_one_that_it_must_not()
    {
        string core = Path.Combine(
            typeof(RoomTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "src", "ApicShell.Core");
        string[] rooms = [.. Directory.GetDirectories(core).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj" or "Properties")).Order()];
        Assert.Equal(s_mayKnow.Keys.Order(), rooms);

        List<string> wrong = [];
        foreach (string room in rooms)
        {
            foreach (string file in Directory.GetFiles(Path.Combine(core, room), "*.cs"))
            {
                wrong.AddRange(Usings().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
                    .Where(known => known != room && !s_mayKnow[room].Contains(known, StringComparer.Ordinal))
                    .Select(known => $"{room}/{Path.GetFileName(file)} knows {known}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [GeneratedRegex(@"^using (?:static )?ApicShell\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
