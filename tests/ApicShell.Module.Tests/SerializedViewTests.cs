using System;
using System.Linq;
using System.Management.Automation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>A view shows the same of what a job or a file gives back, and where scripts may call no methods.</summary>
public sealed class SerializedViewTests : ModuleTest
{
    // What jobs and PSSerializer keep, and what Export-Clixml does.
    private const int JobDepth = 1;
    private const int ClixmlDepth = 2;

    public static TheoryData<string, int> SerializedTypes
    {
        get
        {
            TheoryData<string, int> types = [];
            foreach (ViewCase view in ViewCase.All)
            {
                types.Add(view.Type, JobDepth);
                types.Add(view.Type, ClixmlDepth);
            }

            return types;
        }
    }

    public static TheoryData<string> Types => [.. ViewCase.All.Select(view => view.Type)];

    [Theory]
    [MemberData(nameof(SerializedTypes))]
    public void What_was_serialised_shows_as_what_was_emitted(string type, int depth)
    {
        object[] emitted = Emitted(type);

        object[] read = [.. Run("""
            $ser = [System.Management.Automation.PSSerializer]
            foreach ($item in $args[0]) { , $ser::Deserialize($ser::Serialize($item, $args[1])) }
            """, emitted, depth).Output];

        Assert.Equal("Deserialized." + type, ((PSObject)read[0]).TypeNames[0]);
        Assert.Equal(Shown(emitted), Shown(read));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_view_calls_no_methods(string type)
    {
        object[] emitted = Emitted(type);
        string expected = Shown(emitted);

        Run("$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'");

        Assert.Equal("ConstrainedLanguage", Assert.Single(Texts("$ExecutionContext.SessionState.LanguageMode")));
        Assert.Equal(expected, Shown(emitted));
    }

    private object[] Emitted(string type)
    {
        ViewCase view = ViewCase.All.Single(one => one.Type == type);
        Run(view.FilledSetup);
        object[] emitted = [.. Run(view.FilledScript).Output];
        Assert.Contains(emitted, item => ((PSObject)item).BaseObject.GetType().FullName == type);
        return emitted;
    }

    [Fact]
    public void Every_output_type_has_a_view_that_is_compared() => Assert.Empty(
        Cmdlets().SelectMany(cmdlet => cmdlet.OutputType).Select(type => type.Name).Distinct()
            .Where(name => name.StartsWith("ApicShell.", StringComparison.Ordinal))
            .Except(ViewCase.All.Select(view => view.Type)));

    private string Shown(object[] items) => ViewCase.Tidy(Session.Render("$args[0]", [items]));
}
