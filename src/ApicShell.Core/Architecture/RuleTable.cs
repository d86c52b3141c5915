using System.Collections.Generic;

namespace ApicShell.Architecture;

/// <summary>The rules of one room, in the order of their numbers.</summary>
/// <param name="first">The number of the first.</param>
/// <param name="rules">The rules.</param>
internal sealed class RuleTable(RuleId first, Rule[] rules)
{
    public IReadOnlyList<Rule> Rules => rules;

    public bool Has(RuleId id) => id >= first && id - first < rules.Length;

    public Rule? Find(RuleId id) => Has(id) ? rules[id - first] : null;
}
