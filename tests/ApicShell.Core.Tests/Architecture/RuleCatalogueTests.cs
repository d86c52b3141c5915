using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

public class RuleCatalogueTests
{
    [Fact]
    public void Every_rule_id_has_its_own_rule_at_its_own_place()
    {
        Assert.Equal(Enum.GetValues<RuleId>().Length, Rule.All.Count);
        Assert.All(Rule.All.Select((rule, index) => (rule, index)), pair => Assert.Equal((RuleId)pair.index, pair.rule.Id));
    }

    [Fact]
    public void Every_rule_is_one_sentence_with_a_source()
    {
        foreach (Rule rule in Rule.All)
        {
            Assert.EndsWith(".", rule.Sentence);
            Assert.NotEmpty(rule.Source);
            Assert.False(rule.Source.EndsWith('.'), rule.Source);
        }

        Assert.Equal(Rule.All.Count, Rule.All.Select(rule => rule.Sentence).Distinct().Count());
    }

    [Fact]
    public void Every_rule_has_the_grade_of_its_source()
    {
        Dictionary<string, string> grades = VectorFile.Lines("rule-grades.txt").Select(pair => VectorFile.Words(pair.Line))
            .SelectMany(words => words.Skip(1).Select(id => (Id: id, Grade: words[0]))).ToDictionary(pair => pair.Id, pair => pair.Grade);
        Assert.Equal(
            grades.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"),
            Rule.All.OrderBy(rule => rule.Id.ToString(), StringComparer.Ordinal).Select(rule => $"{rule.Id} {rule.Grade}"));
        Assert.All(Rule.All.Where(rule => rule.Grade == RuleGrade.Recorded), rule => Assert.Matches("KVM|recording", rule.Source));
    }

    [Fact]
    public void A_rule_that_is_not_there_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Rule.Of((RuleId)255));
}
