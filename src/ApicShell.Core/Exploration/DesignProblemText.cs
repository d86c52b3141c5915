using System;
using System.Collections.Generic;
using System.Linq;
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
        fields.Add("design", problem.Design.Name);
        foreach (DesignKnob knob in DesignKnob.All)
        {
            fields.Add(knob.TextName, knob.Write(problem.Design));
        }

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
        var design = new ApicDesign { Name = fields.Text("design") };
        foreach (DesignKnob knob in DesignKnob.All)
        {
            design = knob.Read(design, fields.Text(knob.TextName)) ?? throw fields.Wrong(knob.TextName);
        }

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

    private static IEnumerable<string> Lines(ApicBoot boot) => boot.Phases
        .SelectMany(phase => Lines(phase.Steps).Prepend($"{PhaseWord}{phase.Name} {phase.Library} {(phase.CodeOf is null ? "" : $"of {phase.CodeOf} ")}: {phase.Source}"))
        .Prepend($"{BootWord}{boot.Name} {boot.VcpuCount} : {boot.Title}");

    private static ApicBoot[] Boots(IReadOnlyList<string> lines, TextFields fields) =>
        lines.Count == 0 ? [] : BootReader.Read(string.Join("\n", lines), fields.Text("design"));
}
