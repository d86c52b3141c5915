using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ApicShell.Texts;

namespace ApicShell.Firmware;

/// <summary>Reads boots from text: headings of boots and phases, and steps below them.</summary>
public static class BootReader
{
    private const string BootWord = "boot ";
    private const string PhaseWord = "phase ";
    private const string IncludeWord = "include ";

    /// <summary>The most steps of a file's boots, or of a phase. Includes of includes multiply: a few lines could stand for more steps than there is memory.</summary>
    public const int MostSteps = 100_000;

    /// <summary>Reads boots.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What it is called in errors.</param>
    /// <param name="known">Boots beside those of the text, whose phases can be included.</param>
    /// <exception cref="StepFormatException">A line is no heading and no step; the message names it and says what is allowed.</exception>
    public static ApicBoot[] Read(string text, string name, IReadOnlyList<ApicBoot>? known = null)
    {
        var boots = new List<Heading>();
        var reader = new StringReader(text);
        int number = 0;
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            number++;
            string bare = line.Trim();
            if (bare.Length == 0 || bare[0] == '#')
            {
                continue;
            }

            try
            {
                Read(boots, bare);
            }
            catch (StepFormatException error)
            {
                throw new StepFormatException(line, $"{name}, line {number}: {error.Message}", error.Word, error.Allowed);
            }
        }

        int left = MostSteps;
        return [.. boots.Select(boot => Resolve(boot, phase => Steps(phase, boots, name, known ?? [], depth: 0).Select(step => --left >= 0
            ? step
            : throw new StepFormatException(phase.Name, $"{name}, phase {phase.Name}: with what is included there are more than {MostSteps} steps."))))];
    }

    private static void Read(List<Heading> boots, string line)
    {
        if (line.StartsWith(BootWord, StringComparison.Ordinal))
        {
            (string[] words, string title) = Split(line, "boot NAME VCPUS [after NAME] : TITLE");
            bool isAfter = words.Length == 5 && words[3] == "after";
            if ((words.Length != 3 && !isAfter) || !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out int vcpus) || vcpus is < 1 or > Emulation.Machine.MaxVcpuCount)
            {
                throw new StepFormatException(line, $"\"{line}\" is no heading of a boot: boot NAME VCPUS [after NAME] : TITLE.");
            }

            Check(line, words[1], title);
            boots.Add(new(words[1], vcpus, isAfter ? words[4] : null, title, []));
        }
        else if (line.StartsWith(PhaseWord, StringComparison.Ordinal))
        {
            (string[] words, string source) = Split(line, "phase NAME LIBRARY [of PHASE] : SOURCE");
            bool isOf = words.Length == 5 && words[3] == "of";
            if (boots.Count == 0 || (words.Length != 3 && !isOf) || !Enum.TryParse(words[2], out GuestLibrary library))
            {
                throw new StepFormatException(
                    line, $"\"{line}\" is no heading of a phase: phase NAME LIBRARY [of PHASE] : SOURCE, below a boot. Libraries are {string.Join(", ", Enum.GetNames(typeof(GuestLibrary)))}.");
            }

            Check(line, words[1], source);
            boots[boots.Count - 1].Phases.Add(new(words[1], library, isOf ? words[4] : null, source, []));
        }
        else if (boots.Count == 0 || boots[boots.Count - 1].Phases.Count == 0)
        {
            throw new StepFormatException(line, $"\"{line}\" stands below no phase.");
        }
        else
        {
            List<PhaseHeading> phases = boots[boots.Count - 1].Phases;
            phases[phases.Count - 1].Lines.Add(line);
            if (!line.StartsWith(IncludeWord, StringComparison.Ordinal))
            {
                StepGrammar.Parse(line);
            }
        }
    }

    private static void Check(string line, string name, string words)
    {
        if ((PlainText.WhyNoName(name) ?? PlainText.WhyNoWords(words)) is { } why)
        {
            throw new StepFormatException(line, $"\"{line}\": {why}.");
        }
    }

    private static (string[] Words, string Tail) Split(string line, string form)
    {
        int colon = line.IndexOf(" : ", StringComparison.Ordinal);
        return colon < 0
            ? throw new StepFormatException(line, $"\"{line}\" lacks a colon: {form}.")
            : (line.Substring(0, colon).Split([' '], StringSplitOptions.RemoveEmptyEntries), line.Substring(colon + 3).Trim());
    }

    /// <summary>The steps of a line that includes a phase of a boot; null where the line is a step.</summary>
    /// <exception cref="StepFormatException">The line includes what is no phase.</exception>
    public static IReadOnlyList<MachineStep>? Included(string line, IReadOnlyList<ApicBoot> known)
    {
        string bare = line.Split('#')[0].Trim();
        return !bare.StartsWith(IncludeWord, StringComparison.Ordinal) ? null
            : Find(bare, known)?.Steps ?? throw new StepFormatException(line, $"\"{bare}\" names no phase: include BOOT PHASE.");
    }

    private static BootPhase? Find(string line, IReadOnlyList<ApicBoot> known)
    {
        string[] words = line.Split([' '], StringSplitOptions.RemoveEmptyEntries);
        return words.Length != 3 ? null : known.FirstOrDefault(boot => boot.Name == words[1])?.Phases.FirstOrDefault(phase => phase.Name == words[2]);
    }

    private static ApicBoot Resolve(Heading boot, Func<PhaseHeading, IEnumerable<MachineStep>> stepsOf) => new(
        boot.Name, boot.Title, boot.VcpuCount, boot.After,
        [.. boot.Phases.Select(phase => new BootPhase(phase.Name, phase.Library, phase.Source, [.. stepsOf(phase)], phase.CodeOf))]);

    private static IEnumerable<MachineStep> Steps(PhaseHeading phase, List<Heading> boots, string name, IReadOnlyList<ApicBoot> known, int depth)
    {
        const int Deepest = 8;
        foreach (string line in phase.Lines)
        {
            if (!line.StartsWith(IncludeWord, StringComparison.Ordinal))
            {
                yield return StepGrammar.Parse(line);
                continue;
            }

            string bare = line.Split('#')[0].Trim();
            string[] words = bare.Split([' '], StringSplitOptions.RemoveEmptyEntries);
            PhaseHeading? included = words.Length == 3
                ? boots.Find(boot => boot.Name == words[1])?.Phases.Find(one => one.Name == words[2])
                : null;
            IReadOnlyList<MachineStep>? others = included is null ? Find(bare, known)?.Steps : null;
            if ((included is null && others is null) || depth == Deepest)
            {
                string why = depth == Deepest ? "includes itself" : "names no phase: include BOOT PHASE";
                throw new StepFormatException(line, $"{name}, phase {phase.Name}: \"{bare}\" {why}.");
            }

            foreach (MachineStep step in others ?? Steps(included!, boots, name, known, depth + 1))
            {
                yield return step;
            }
        }
    }

    private sealed record Heading(string Name, int VcpuCount, string? After, string Title, List<PhaseHeading> Phases);

    private sealed record PhaseHeading(string Name, GuestLibrary Library, string? CodeOf, string Source, List<string> Lines);
}
