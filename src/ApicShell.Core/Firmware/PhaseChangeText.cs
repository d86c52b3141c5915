using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Firmware;

/// <summary>Changes of phases as lines of text: a heading for the phase and one for each list; an Instead that is empty is not one that is absent.</summary>
internal static class PhaseChangeText
{
    private const string PhaseWord = "phase ";

    /// <summary>Writes a change.</summary>
    public static IEnumerable<string> Lines(PhaseChange change) =>
    [
        PhaseWord + change.Phase,
        nameof(change.Before), .. Lines(change.Before),
        .. change.Instead is null ? [] : Lines(change.Instead).Prepend(nameof(change.Instead)),
        nameof(change.BeforeAps), .. Lines(change.BeforeAps),
    ];

    /// <summary>Reads changes.</summary>
    /// <exception cref="StepFormatException">A line is no step.</exception>
    public static List<PhaseChange> Read(string[] lines)
    {
        List<PhaseChange> changes = [];
        for (int at = 0; at < lines.Length;)
        {
            string heading = lines[at++];
            if (!heading.StartsWith(PhaseWord, StringComparison.Ordinal))
            {
                throw new StepFormatException(heading, $"\"{heading}\" stands where a phase begins: {PhaseWord}NAME.");
            }

            var change = new PhaseChange(heading.Substring(PhaseWord.Length), []);
            while (at < lines.Length && !lines[at].StartsWith(PhaseWord, StringComparison.Ordinal))
            {
                string list = lines[at++];
                MachineStep[] steps = [.. lines.Skip(at).TakeWhile(line => !IsHeading(line)).Select(StepGrammar.Parse)];
                at += steps.Length;
                change = list switch
                {
                    nameof(change.Before) => change with { Before = steps },
                    nameof(change.Instead) => change with { Instead = steps },
                    nameof(change.BeforeAps) => change with { BeforeAps = steps },
                    _ => throw new StepFormatException(list, $"\"{list}\" stands where a list of a phase's steps begins."),
                };
            }

            changes.Add(change);
        }

        return changes;
    }

    private static IEnumerable<string> Lines(IEnumerable<MachineStep> steps) => steps.Select(step => step.ToString());

    private static bool IsHeading(string line) =>
        line is nameof(PhaseChange.Before) or nameof(PhaseChange.Instead) or nameof(PhaseChange.BeforeAps) || line.StartsWith(PhaseWord, StringComparison.Ordinal);
}
