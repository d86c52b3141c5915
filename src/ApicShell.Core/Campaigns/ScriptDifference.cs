using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>The first operation of a script to which two machines give different lines.</summary>
public sealed class ScriptDifference
{
    private ScriptDifference(int index, ScriptOperation operation, string first, string second)
    {
        (Index, Operation, First, Second) = (index, operation, first, second);
        Fields = [.. ScriptLine.DifferentFields(first, second)];
    }

    /// <summary>Which operation it is, from 0.</summary>
    public int Index { get; }

    /// <summary>The operation.</summary>
    public ScriptOperation Operation { get; }

    /// <summary>The first machine's line.</summary>
    public string First { get; }

    /// <summary>The second machine's line.</summary>
    public string Second { get; }

    /// <summary>The fields that are not the same, those of a page by their offsets.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Runs a script on two machines, side by side, to the first difference.</summary>
    /// <returns>The difference; null where there is none.</returns>
    public static ScriptDifference? Find(ApicScript script, CampaignMachine first, CampaignMachine second)
    {
        using IEnumerator<string> ours = ScriptRunner.Run(script, first.Make).GetEnumerator();
        using IEnumerator<string> theirs = ScriptRunner.Run(script, second.Make).GetEnumerator();
        for (int index = 0; ours.MoveNext() && theirs.MoveNext(); index++)
        {
            if (!ScriptLine.AreAlike(ours.Current, theirs.Current))
            {
                return new(index, script.Operations[index], ours.Current, theirs.Current);
            }
        }

        return null;
    }

    /// <summary>Whether this is the same kind of difference as another: in the same operation, and in no field that was the same there.</summary>
    internal bool IsLike(ScriptDifference other) =>
        Operation.Verb == other.Operation.Verb && Fields.All(field => other.Fields.Contains(field, StringComparer.Ordinal));
}
