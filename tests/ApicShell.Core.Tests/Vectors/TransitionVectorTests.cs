using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

public class TransitionVectorTests
{
    private static readonly (ApicModel Model, AccessOrigin Origin, int Column)[] s_columns =
    [
        (ApicModel.Amd, AccessOrigin.Guest, 2), (ApicModel.Amd, AccessOrigin.Host, 2),
        (ApicModel.Intel, AccessOrigin.Guest, 3), (ApicModel.Intel, AccessOrigin.Host, 3),
        (ApicModel.Kvm, AccessOrigin.Guest, 4), (ApicModel.Kvm, AccessOrigin.Host, 5),
    ];

    public static TheoryData<string> Rows => [.. VectorFile.Lines("transitions.txt").Select(pair => pair.Line)];

    [Fact]
    public void There_are_sixteen_rows() => Assert.Equal(16, Rows.Count);

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_table_says_what_the_vectors_say(string row)
    {
        string[] words = VectorFile.Words(row);
        foreach ((ApicModel model, AccessOrigin origin, int column) in s_columns)
        {
            ApicTransition step = ApicTransition.OfWrite(model, origin, Mode(words[0]), Mode(words[1]));
            Assert.Equal(words[column], Word(step.Verdict));
            Assert.Equal(words[6] == "yes", step.IsDrawn);
            Assert.NotEqual(RuleId.None, step.RuleId);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_emulator_does_what_the_table_says(string row)
    {
        string[] words = VectorFile.Words(row);
        if (Mode(words[0]) == ApicMode.Invalid)
        {
            Assert.All(s_columns, column => Assert.Equal("unreachable", words[column.Column]));
            return;
        }

        foreach ((ApicModel model, AccessOrigin origin, int column) in s_columns)
        {
            Machine machine = Machines.Native(model);
            machine.GoTo(Mode(words[0]));
            ApicBase before = machine.ApicBaseOf(0, AccessOrigin.Guest);
            Assert.Equal(Mode(words[0]), before.Mode);

            Answer answer = machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, before.WithMode(Mode(words[1])).Value, origin));

            bool allowed = words[column] == "ok";
            Assert.Equal(allowed ? Outcome.Done : origin == AccessOrigin.Host ? Outcome.Rejected : Outcome.Fault, answer.Outcome);
            Assert.Equal(allowed ? Mode(words[1]) : Mode(words[0]), machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        }
    }

    [Theory]
    [InlineData(ApicModel.Amd, ApicMode.Disabled, true, 0xFEE00100)]
    [InlineData(ApicModel.Intel, ApicMode.XApic, false, 0xFEE00900)]
    [InlineData(ApicModel.Kvm, ApicMode.XApic, false, 0xFEE00900)]
    public void Reset_leaves_the_mode_of_the_model(ApicModel model, ApicMode mode, bool drawn, ulong bootstrapValue)
    {
        ApicTransition reset = ApicTransition.OfReset(model);
        Assert.Equal(mode, reset.To);
        Assert.Equal(drawn, reset.IsDrawn);

        Machine machine = Machines.Native(model, 0, 1);
        Assert.Equal(bootstrapValue, machine.ApicBaseOf(0, AccessOrigin.Guest).Value);
        Assert.Equal(bootstrapValue & ~0x100UL, machine.ApicBaseOf(1, AccessOrigin.Guest).Value);
    }

    /// <summary>What RESET leaves by the sources, and another mode only where the machine was made so.</summary>
    [Theory]
    [InlineData(ApicModel.Amd, ApicMode.Disabled, RuleId.ResetDisabled)]
    [InlineData(ApicModel.Amd, ApicMode.XApic, RuleId.ResetByOption)]
    [InlineData(ApicModel.Amd, ApicMode.X2Apic, RuleId.ResetByOption)]
    [InlineData(ApicModel.Intel, ApicMode.Disabled, RuleId.ResetByOption)]
    [InlineData(ApicModel.Intel, ApicMode.XApic, RuleId.ResetXApic)]
    [InlineData(ApicModel.Intel, ApicMode.X2Apic, RuleId.ResetByOption)]
    [InlineData(ApicModel.Kvm, ApicMode.Disabled, RuleId.ResetByOption)]
    [InlineData(ApicModel.Kvm, ApicMode.XApic, RuleId.ResetXApic)]
    [InlineData(ApicModel.Kvm, ApicMode.X2Apic, RuleId.ResetByOption)]
    public void Reset_goes_by_the_rule_of_the_mode_it_leaves(ApicModel model, ApicMode to, RuleId rule)
    {
        Assert.Equal(
            new ApicTransition(TransitionEvent.Reset, null, to, model, AccessOrigin.Guest, TransitionVerdict.Allowed, rule),
            ApicTransition.OfReset(model, to));
        Assert.Equal(rule != RuleId.ResetByOption, ApicTransition.OfReset(model).To == to);
        foreach (AccessOrigin origin in new[] { AccessOrigin.Guest, AccessOrigin.Host })
        {
            Assert.Equal(
                rule != RuleId.ResetByOption,
                ApicTransition.Table(model, origin).Contains(ApicTransition.OfReset(model, to) with { Origin = origin }));
        }
    }

    [Fact]
    public void The_table_has_reset_every_write_and_init_once()
    {
        List<ApicTransition> table = [.. ApicTransition.Table(ApicModel.Kvm, AccessOrigin.Guest)];
        Assert.Equal(1 + 16 + 3, table.Count);
        Assert.Equal(table.Count, table.Distinct().Count());
        Assert.Single(table, step => step.Event == TransitionEvent.Reset);
        Assert.Equal(3, table.Count(step => step.Event == TransitionEvent.Init && step.From == step.To && step.IsAllowed));
    }

    [Theory]
    [InlineData(0, RuleId.BaseReservedBits)]
    [InlineData(7, RuleId.BaseReservedBits)]
    [InlineData(9, RuleId.BaseReservedBits)]
    [InlineData(48, RuleId.BaseAddressWidth)]
    [InlineData(51, RuleId.BaseAddressWidth)]
    [InlineData(52, RuleId.BaseReservedBits)]
    [InlineData(63, RuleId.BaseReservedBits)]
    public void A_reserved_bit_of_apic_base_is_refused_in_every_model(int bit, RuleId rule)
    {
        foreach ((ApicModel model, AccessOrigin origin, _) in s_columns)
        {
            Machine machine = Machines.Native(model);
            ulong before = machine.ApicBaseOf(0, AccessOrigin.Guest).Value;
            Answer answer = machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, before | (1UL << bit), origin));
            Assert.Equal(rule, answer.Rule);
            Assert.Equal(origin == AccessOrigin.Host ? Outcome.Rejected : Outcome.Fault, answer.Outcome);
            Assert.Equal(before, machine.ApicBaseOf(0, AccessOrigin.Guest).Value);
        }
    }

    [Fact]
    public void Extd_is_reserved_where_x2apic_is_not_offered()
    {
        foreach ((ApicModel model, AccessOrigin origin, _) in s_columns)
        {
            var machine = new Machine(new ApicTraits { Model = model, OffersX2Apic = false }, new NativePlatform(), [0]);
            machine.GoTo(ApicMode.XApic);
            Answer answer = machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00D00, origin));
            Assert.Equal(RuleId.BaseX2ApicNotOffered, answer.Rule);
            Assert.False(answer.Succeeded);
        }
    }

    private static ApicMode Mode(string word) => word switch
    {
        "disabled" => ApicMode.Disabled,
        "xapic" => ApicMode.XApic,
        "x2apic" => ApicMode.X2Apic,
        _ => ApicMode.Invalid,
    };

    private static string Word(TransitionVerdict verdict) => verdict switch
    {
        TransitionVerdict.Allowed => "ok",
        TransitionVerdict.Fault => "gp",
        TransitionVerdict.Refused => "rejected",
        _ => "unreachable",
    };
}
