using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell.Completion;

/// <summary>Completes the id of a rule, with its sentence as the tip.</summary>
public sealed class RuleCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        RuleBook.All.Where(rule => rule.Id != nameof(RuleId.None)).Select(rule => (rule.Id, rule.Sentence));
}
