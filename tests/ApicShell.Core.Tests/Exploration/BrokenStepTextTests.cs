using System;
using System.Linq;
using ApicShell.Confidential;
using ApicShell.Exploration;
using ApicShell.Firmware;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Counterexamples of searches through designs, in words.</summary>
public class BrokenStepTextTests
{
    private const int Depth = 3;

    public static TheoryData<string> Designs => [.. DesignCatalogue.All.Select(design => design.Name)];

    [Theory]
    [MemberData(nameof(Designs))]
    public void A_counterexample_is_explained_by_running_it_again(string design)
    {
        DesignProblem problem = Problem(design);
        SearchResult result = Run(problem);
        if (result.Counterexample is not { } way)
        {
            return;
        }

        BrokenStep broken = DesignSpace.Explain(problem, way.Letters);

        Assert.Equal(way.Property, (int)broken.Break);
        Assert.Equal(problem.Letters[way.Letters[^1]], broken.Step);
        Assert.NotEqual(DesignProperties.None, BrokenStepText.PropertyOf(broken.Break));
        Assert.Matches("vCPU [0-9]", BrokenStepText.Of(broken));
        Assert.DoesNotContain("nothing", BrokenStepText.Of(broken.Break), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => DesignSpace.Explain(problem, [.. way.Letters, 0]));
    }

    [Fact]
    public void A_step_that_throws_is_named_with_its_design()
    {
        DesignProblem problem = new(DesignCatalogue.Find("A")!, new BootEnvironment { World = WorldCatalogue.Mail }, 1, [StepGrammar.Parse("sti"), StepGrammar.Parse("self 0x31")])
        {
            Sabotage = (_, step, _) =>
            {
                if (step.Verb == StepVerb.SelfIpi)
                {
                    throw new InvalidOperationException("no idea");
                }
            },
        };

        DesignException error = Assert.Throws<DesignException>(() => Run(problem));

        Assert.Equal("Design \"A\": step \"self 0x31\" failed: no idea", error.Message);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public void Every_break_has_words_and_a_property() => Assert.All(
        Enum.GetValues<DesignBreak>().Where(one => one != DesignBreak.None),
        one =>
        {
            Assert.NotEqual("nothing", BrokenStepText.Of(one));
            Assert.NotEqual(DesignProperties.None, BrokenStepText.PropertyOf(one));
        });

    private static DesignProblem Problem(string design) => new(
        DesignCatalogue.Find(design)!, new BootEnvironment { World = WorldCatalogue.Mail, Scope = ApicScope.PerVmpl }, 1, [.. AlphabetCatalogue.Find("Firmware")!.Steps(1)]);

    private static SearchResult Run(DesignProblem problem) =>
        Search.Run(() => new DesignSpace(problem), new SearchOptions { MaxDepth = Depth, Workers = 1 });
}
