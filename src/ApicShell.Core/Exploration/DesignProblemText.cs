using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>A problem as text fields, with the whole design, so that the results of a search can be explained where the design was never made.</summary>
public static class DesignProblemText
{
    private const string BootWord = "boot ";
    private const string PhaseWord = "phase ";

    /// <summary>Writes a problem.</summary>
    public static void Write(DesignProblem problem, TextFields fields)
    {
        ApicDesign design = problem.Design;
        fields.Add("design", design.Name);
        fields.Add("title", design.Title);
        fields.Add("for", design.For);
        fields.Add("against", design.Against);
        fields.Add("source", design.Source);
        fields.Add("handler", design.Handler.ToString());
        fields.Add("resetmode", design.ResetMode?.ToString() ?? "");
        fields.Add("resetby", design.ResetBy.ToString());
        fields.Add("onactivation", Lines(design.OnActivation));
        fields.Add("timer", design.Timer.ToString());
        fields.Add("behavior", design.Behavior.ToString());
        fields.Add("amends", design.AmendsFigure ? 1 : 0);
        fields.Add("firmware", design.Firmware.SelectMany(Lines));
        fields.Add("native", problem.Environment.IsNative ? 1 : 0);
        fields.Add("scope", problem.Environment.Scope.ToString());
        fields.Add("timerhere", problem.Environment.Timer?.ToString() ?? "");
        fields.Add("vcpus", problem.VcpuCount);
        fields.Add("letters", Lines(problem.Letters));
        fields.Add("properties", problem.Properties.ToString());
        fields.Add("library", problem.Library.ToString());
        fields.Add("folds", problem.FoldsSymmetry ? 1 : 0);
        fields.Add("before", problem.Before.SelectMany(Lines));
    }

    /// <summary>Reads a problem.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    /// <exception cref="DesignException">It is none that can be searched.</exception>
    public static DesignProblem Read(TextFields fields)
    {
        var design = new ApicDesign
        {
            Name = fields.Text("design"),
            Title = fields.Text("title"),
            For = fields.Text("for"),
            Against = fields.Text("against"),
            Source = fields.Text("source"),
            Handler = fields.Value<VcHandler>("handler"),
            ResetMode = fields.Text("resetmode").Length == 0 ? null : fields.Value<ApicMode>("resetmode"),
            ResetBy = fields.Value<ResetOwner>("resetby"),
            OnActivation = Steps(fields.List("onactivation")),
            Timer = fields.Value<SvsmTimer>("timer"),
            Behavior = fields.Value<SvsmBehavior>("behavior"),
            AmendsFigure = fields.Number("amends") != 0,
            Firmware = Changes(fields.List("firmware")),
        };
        var environment = new BootEnvironment
        {
            IsNative = fields.Number("native") != 0,
            Scope = fields.Value<ApicScope>("scope"),
            Timer = fields.Text("timerhere").Length == 0 ? null : fields.Value<SvsmTimer>("timerhere"),
        };
        long vcpus = fields.Number("vcpus");
        return new(
            design, environment, vcpus is >= 1 and <= DesignProblem.MostVcpus ? (int)vcpus : throw fields.Wrong("vcpus"), Steps(fields.List("letters")),
            fields.Value<DesignProperties>("properties"))
        {
            Library = fields.Value<GuestLibrary>("library"),
            FoldsSymmetry = fields.Number("folds") != 0,
            Before = Boots(fields.List("before"), fields),
        };
    }

    private static IEnumerable<string> Lines(IEnumerable<MachineStep> steps) => steps.Select(step => step.ToString());

    private static MachineStep[] Steps(IEnumerable<string> lines) => [.. lines.Select(StepGrammar.Parse)];

    /// <summary>A heading for the phase and one for each list; an Instead that is empty is not one that is absent.</summary>
    private static IEnumerable<string> Lines(PhaseChange change) =>
    [
        PhaseWord + change.Phase,
        nameof(change.Before), .. Lines(change.Before),
        .. change.Instead is null ? [] : Lines(change.Instead).Prepend(nameof(change.Instead)),
        nameof(change.BeforeAps), .. Lines(change.BeforeAps),
    ];

    private static List<PhaseChange> Changes(IReadOnlyList<string> lines)
    {
        List<PhaseChange> changes = [];
        for (int at = 0; at < lines.Count;)
        {
            string phase = lines[at++].Substring(PhaseWord.Length);
            Dictionary<string, MachineStep[]> lists = [];
            while (at < lines.Count && lines[at] is nameof(PhaseChange.Before) or nameof(PhaseChange.Instead) or nameof(PhaseChange.BeforeAps))
            {
                string list = lines[at++];
                int count = lines.Skip(at).TakeWhile(line => line is not (nameof(PhaseChange.Instead) or nameof(PhaseChange.BeforeAps)) && !line.StartsWith(PhaseWord, StringComparison.Ordinal)).Count();
                lists[list] = Steps(lines.Skip(at).Take(count));
                at += count;
            }

            lists.TryGetValue(nameof(PhaseChange.Before), out MachineStep[]? before);
            lists.TryGetValue(nameof(PhaseChange.Instead), out MachineStep[]? instead);
            lists.TryGetValue(nameof(PhaseChange.BeforeAps), out MachineStep[]? beforeAps);
            changes.Add(new(phase, before ?? [], instead) { BeforeAps = beforeAps ?? [] });
        }

        return changes;
    }

    private static IEnumerable<string> Lines(ApicBoot boot) => boot.Phases
        .SelectMany(phase => Lines(phase.Steps).Prepend($"{PhaseWord}{phase.Name} {phase.Library} {(phase.CodeOf is null ? "" : $"of {phase.CodeOf} ")}: {phase.Source}"))
        .Prepend($"{BootWord}{boot.Name} {boot.VcpuCount} : {boot.Title}");

    private static ApicBoot[] Boots(IReadOnlyList<string> lines, TextFields fields) =>
        lines.Count == 0 ? [] : BootReader.Read(string.Join("\n", lines), fields.Text("design"));
}
