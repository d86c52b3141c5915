using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What examples/02-interrupts.ps1 shows, on each model.</summary>
public sealed class InterruptsExampleTests
{
    public static TheoryData<string> Models => ["Kvm", "Amd", "Intel"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Interrupts_nest_by_priority_and_end_in_turn(string model) => Assert.Equal(
        [
            "IPI 0x31 to itself|0x31|", "takes 0x31||0x31",
            "IPIs 0x62 and 0x35 to itself|0x35, 0x62|0x31", "takes 0x62, interrupting 0x31|0x35|0x31, 0x62",
            "takes nothing: 0x35 is held back by PPR 0x60|0x35|0x31, 0x62", "EOI of 0x62|0x35|0x31",
            "takes nothing: 0x35 is held back by PPR 0x30|0x35|0x31", "EOI of 0x31|0x35|",
            "takes 0x35||0x35", "EOI of 0x35||",
        ],
        Story(model, "Nested"));

    [Theory]
    [MemberData(nameof(Models))]
    public void CR8_holds_back_its_class_and_those_below(string model) => Assert.Equal(
        [
            "CR8 = 5; IPIs 0x41, 0x52 and 0x63 to itself|0x41, 0x52, 0x63|", "takes 0x63|0x41, 0x52|0x63", "EOI of 0x63|0x41, 0x52|",
            "takes nothing: 0x52 is held back by PPR 0x50|0x41, 0x52|", "CR8 = 0|0x41, 0x52|",
            "takes 0x52|0x41|0x52", "EOI of 0x52|0x41|", "takes 0x41||0x41", "EOI of 0x41||",
        ],
        Story(model, "Masked"));

    [Theory]
    [InlineData("Kvm", 0x81 % 4)]
    [InlineData("Amd", 2)]
    [InlineData("Intel", 2)]
    public void The_least_busy_gets_what_is_for_any_by_the_manuals_and_KVM_goes_by_the_vector(string model, int winner)
    {
        IReadOnlyList<string> rows = Story(model, "ForWhom");

        Assert.Equal(9, rows.Count);
        Assert.Equal("a device sends 0x71 to APIC 1: vCPU 1|0x71|", rows[1]);
        Assert.Equal($"a device sends 0x81 to whoever is least busy: vCPU {winner}|0x71, 0x81|", rows[2]);
        Assert.Equal("vCPU 0 sends an NMI to all but itself: vCPU 1, 2, 3|0x71, 0x81, 0x91|", rows[4]);
        Assert.Equal("vCPU 0 takes Fixed 0x91||", rows[5]);
        // CR8 = 7 on vCPU 1 holds 0x71 back.
        Assert.EndsWith("|0x71|", rows[6], StringComparison.Ordinal);
        Assert.Equal([winner], Enumerable.Range(0, 4).Where(vcpu => rows[5 + vcpu].Contains(", Fixed 0x81", StringComparison.Ordinal)));
        Assert.All(rows.Skip(6), row => Assert.Contains(" takes Nmi, Fixed 0x91", row, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Story(string model, string story) =>
        ExampleRun.Of("02-interrupts.ps1", ("Model", model)).RowsWhere("Story", story, "Step", "Requested", "InService");
}
