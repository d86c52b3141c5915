using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>The rules of all rooms. It stands in the last one that has some, for the rooms behind it and the commands.</summary>
public static class RuleBook
{
    private static readonly RuleTable[] s_tables = [RuleCatalogue.Table, SnpRules.Table];

    /// <summary>Every rule, in the order of their numbers.</summary>
    public static IReadOnlyList<Rule> All { get; } = [.. s_tables.SelectMany(table => table.Rules)];

    /// <summary>The rule of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rule.</exception>
    public static Rule Of(RuleId id)
    {
        foreach (RuleTable table in s_tables)
        {
            if (table.Find(id) is { } rule)
            {
                return rule;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(id), id, "There is no such rule.");
    }

    /// <summary>The name of a rule, by which scripts know it.</summary>
    public static string NameOf(RuleId id) => Of(id).Id;
}
