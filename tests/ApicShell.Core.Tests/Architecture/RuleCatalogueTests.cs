using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using ApicShell.Architecture;
using ApicShell.Confidential;
using Xunit;

namespace ApicShell.Tests;

public class RuleCatalogueTests
{
    [Fact]
    public void Every_rule_id_has_its_own_rule_at_its_own_place()
    {
        Dictionary<string, RuleId> ids = Enum.GetValues<RuleId>().ToDictionary(id => id.ToString());
        foreach (FieldInfo field in typeof(SnpRule).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            ids.Add(field.Name, (RuleId)field.GetRawConstantValue()!);
        }

        Assert.Equal(ids.OrderBy(pair => pair.Value).Select(pair => pair.Key), RuleBook.All.Select(rule => rule.Id));
        Assert.All(ids, pair => Assert.Equal(pair.Key, RuleBook.NameOf(pair.Value)));
    }

    [Fact]
    public void Every_rule_is_one_sentence_with_a_source()
    {
        foreach (Rule rule in RuleBook.All)
        {
            Assert.EndsWith(".", rule.Sentence);
            Assert.NotEmpty(rule.Source);
            Assert.False(rule.Source.EndsWith('.'), rule.Source);
        }

        Assert.Equal(RuleBook.All.Count, RuleBook.All.Select(rule => rule.Sentence).Distinct().Count());
    }

    [Fact]
    public void Every_rule_has_the_grade_of_its_source()
    {
        Dictionary<string, string> grades = VectorFile.Lines("rule-grades.txt").Select(pair => VectorFile.Words(pair.Line))
            .SelectMany(words => words.Skip(1).Select(id => (Id: id, Grade: words[0]))).ToDictionary(pair => pair.Id, pair => pair.Grade);
        Assert.Equal(
            grades.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"),
            RuleBook.All.OrderBy(rule => rule.Id, StringComparer.Ordinal).Select(rule => $"{rule.Id} {rule.Grade}"));
        Assert.All(RuleBook.All.Where(rule => rule.Grade == RuleGrade.Recorded), rule => Assert.Matches("KVM|recording", rule.Source));
    }

    [Fact]
    public void An_interrupt_is_done_by_the_APIC_that_its_rule_is_about() => Assert.All(
        Enum.GetValues<RuleId>().Concat(SnpRules.Table.Rules.Select((_, index) => (RuleId)((ushort)SnpRule.First + index))),
        id => Assert.Equal(RuleBook.NameOf(id).StartsWith("Svsm", StringComparison.Ordinal) ? Responder.Svsm : Responder.Hypervisor, SnpRules.ActorOf(id)));

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0xFFF)]
    [InlineData(0x1000 + 0xFF)]
    [InlineData(0xFFFF)]
    public void A_rule_that_is_not_there_is_refused(int id) => Assert.Throws<ArgumentOutOfRangeException>(() => RuleBook.Of((RuleId)id));
}
