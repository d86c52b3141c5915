using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completions of a number that may have a name, with number and meaning as the tip.</summary>
internal static class NumberNameCompletions
{
    public static IEnumerable<CompletionResult> Of(NumberNames names, string wordToComplete)
    {
        string word = wordToComplete.Trim('\'', '"');
        return names.Rows
            .Where(row => row.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(row => new CompletionResult(row.Name, row.Name, CompletionResultType.ParameterValue, $"{row.Meaning} (0x{row.Number:X})"));
    }
}
