using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What examples/02-interrupts.ps1 shows, on each model.</summary>
public sealed class InterruptsExampleTests : ModuleTest
{
    private string _shown = "";

    public static TheoryData<string> Models => ["Kvm", "Amd", "Intel"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Interrupts_nest_by_priority_and_end_in_turn(string model) => Assert.Equal(
        [
            "IPI 0x31 to self", "takes 0x31", "IPIs 0x62 and 0x35 to self", "takes 0x62, interrupting 0x31", "takes nothing: 0x35 is held back",
            "EOI of 0x62", "takes nothing: 0x35 is held back", "EOI of 0x31", "takes 0x35", "EOI of 0x35",
        ],
        Steps(model, "Nested"));

    [Theory]
    [MemberData(nameof(Models))]
    public void CR8_holds_back_its_class_and_those_below(string model) => Assert.Equal(
        [
            "CR8 = 5; IPIs 0x41, 0x52, 0x63 to self", "takes 0x63", "takes nothing: 0x52 is held back", "CR8 = 0",
            "takes 0x52, and its EOI", "takes 0x41, and its EOI",
        ],
        Steps(model, "Masked"));

    [Theory]
    [InlineData("Kvm", 0x81 % 4)]
    [InlineData("Amd", 2)]
    [InlineData("Intel", 2)]
    public void The_least_busy_gets_what_is_for_any_by_the_manuals_and_KVM_goes_by_the_vector(string model, int winner)
    {
        string[] lines = [.. Lines(model).SkipWhile(line => !line.StartsWith("What each", StringComparison.Ordinal)).Skip(1)];

        Assert.Equal(4, lines.Length);
        Assert.Equal("  vCPU 0: Fixed 0x91", lines[0]);
        Assert.EndsWith("; 0x71 is held back by CR8 = 7", lines[1], StringComparison.Ordinal);
        Assert.Equal([winner], Enumerable.Range(0, 4).Where(vcpu => lines[vcpu].Contains(", Fixed 0x81", StringComparison.Ordinal)));
        Assert.All(lines.Skip(1), line => Assert.Contains(": Nmi, Fixed 0x91", line, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void No_line_is_wider_than_a_screen_of_100_columns(string model) =>
        Assert.All(Lines(model).Concat(_shown.Split('\n')), line => Assert.InRange(line.Length, 0, 100));

    private IReadOnlyList<string> Lines(string model)
    {
        EngineResult result = Run("& $args[0] -Model $args[1]", Path.Combine(SampleFiles.Examples, "02-interrupts.ps1"), model);
        _shown = result.HostText;
        return [.. result.Output.Select(item => (string)item.BaseObject)];
    }

    // The first column of a story's table.
    private IReadOnlyList<string> Steps(string model, string story) =>
    [
        .. Lines(model).SkipWhile(line => !line.StartsWith($"=== {story}", StringComparison.Ordinal)).Skip(4)
            .TakeWhile(line => line.Length != 0).Select(line => line.Substring(2, 38).TrimEnd()),
    ];
}
