using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Management.Automation.Host;
using ApicShell.Architecture;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>What the views of boots and designs show that is no plain property.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DesignViewText
{
    private const int StepWidth = 27;
    private const int ProblemIndent = 9;
    private const int UsualWidth = 120;
    private const int MostAccesses = 6;

    // By condition, in their order: the letter, and what it stands for.
    private static readonly string[] s_conditions =
        ["I INIT", "R reset", "B reboot", "H hot-plug", "M >255 vCPUs", "P APIC per VMPL", "T SVSM timer", "S switches", "N never switches"];

    /// <summary>The heads of a comparison's columns, as wide as <see cref="Row"/>.</summary>
    public static string Header => Line("Design", "Verdict", "Accesses", "Drawn", "KVM", "Agree", "Exits", "Survives")
        + "\n" + Line("------", "-------", "--------", "-----", "---", "-----", "-----", "--------");

    /// <summary>What the letters of a comparison stand for.</summary>
    /// <param name="host">Whose screen it has to fit.</param>
    public static string Legend(PSHost host) => Folded($"Survives: {string.Join(", ", s_conditions)}; a dash: not", host, 0);

    /// <summary>The boot, above a comparison.</summary>
    public static string Heading(ApicDesignResult result) => $"Boot {result.Boot}: {result.Boot.Title}";

    /// <summary>The first problem, in lines that fit the screen behind an indent.</summary>
    public static string Problem(ApicDesignResult result, PSHost host) => Folded(result.Problem, host, ProblemIndent);

    /// <summary>A design's title, and below it what speaks for it and against it.</summary>
    /// <param name="design">The design.</param>
    /// <param name="host">Whose screen it has to fit.</param>
    public static string Arguments(ApicDesign design, PSHost host) => string.Join(
        "\n", new[] { ("", design.Title), ("+ ", design.For), ("- ", design.Against) }.Where(one => one.Item2.Length != 0).Select(one =>
            one.Item1 + Folded(one.Item2, host, ProblemIndent + one.Item1.Length).Replace("\n", "\n" + new string(' ', one.Item1.Length))));

    /// <summary>A row of a comparison.</summary>
    public static string Row(ApicDesignResult result) => Line(
        result.Design.Name,
        result.Verdict.ToString(),
        $"{result.SucceededCount}/{result.AccessCount}",
        result.Drawn switch
        {
            DrawnVerdict.NoStep => "-",
            DrawnVerdict.Drawn => "yes",
            DrawnVerdict.Amended => "amended",
            _ => "no",
        },
        result.Kvm switch
        {
            KvmVerdict.NoStep => "-",
            KvmVerdict.AsGuest => "guest",
            KvmVerdict.AsHost => "host",
            _ => "no",
        },
        result.Agrees ? "yes" : "no",
        $"{result.Exits}",
        Marks(result));

    /// <summary>A letter for each condition that is survived, a dash for each that is not; nothing for what was not tried.</summary>
    public static string Marks(ApicDesignResult result) =>
        string.Concat(result.Condition.Select(one => one.Survives ? s_conditions[(int)one.Condition][0] : '-'));

    /// <summary>A step as it is written, in lines that fit the column.</summary>
    public static string Step(ApicBootStep step) => string.Join("\n", ViewText.Folded(step.Step, StepWidth));

    /// <summary>The vCPUs of a step: <c>0</c>, <c>1-259</c>.</summary>
    public static string Vcpus(ApicBootStep step)
    {
        ApicVcpu[] vcpus = step.Vcpu;
        int first = vcpus.Length == 0 ? 0 : vcpus.Min(vcpu => vcpu.Index);
        int last = vcpus.Length == 0 ? 0 : vcpus.Max(vcpu => vcpu.Index);
        return first == last ? $"{first}" : $"{first}-{last}";
    }

    /// <summary>The accesses of a step with their answers, a line each, without the looks of the guest's library at APIC_BASE; then what else became of it.</summary>
    public static string Accesses(ApicBootStep step)
    {
        ApicAccess[] shown = [.. step.Access.Where(one => one.IsWrite || one.Register != ApicRegister.ApicBase || !one.Succeeded)];
        shown = shown.Length == 0 ? [.. step.Access.Skip(step.Access.Length - 1)] : shown;
        var lines = new List<string>(shown.Take(MostAccesses).Select(Answer));
        if (shown.Length > MostAccesses)
        {
            lines.Add($"and {shown.Length - MostAccesses} more");
        }

        if (shown.Length == 0)
        {
            lines.Add(step.Succeeded ? step.Description : "");
        }

        if (!step.Succeeded)
        {
            lines.Add($"{step.Problem}: {step.Description}");
        }

        lines.AddRange(step.Difference.Take(1));
        if (step.Difference.Length > 1)
        {
            lines.Add($"and {step.Difference.Length - 1} vCPUs more");
        }

        return string.Join("\n", lines.Where(line => line.Length != 0));
    }

    private static string Answer(ApicAccess access)
    {
        string value = ViewText.Value(access);
        string ending = access.Outcome is Outcome.Done or Outcome.Value ? "" : $" {ViewText.Ending(access)}";
        string by = access.AnsweredBy == Responder.Svsm ? " SVSM" : "";
        return $"{ViewText.Operation(access)}{(access.IsWrite ? "=" : " ")}{value}".TrimEnd() + ending + by;
    }

    /// <summary>A text folded at words, whatever the engine does in the language of the session.</summary>
    private static string Folded(string text, PSHost host, int indent)
    {
        int width;
        try
        {
            width = host.UI.RawUI.BufferSize.Width;
        }
        catch (Exception error) when (error is HostException or NotImplementedException or InvalidOperationException or System.IO.IOException or NullReferenceException)
        {
            // A host without a screen.
            width = 0;
        }

        return string.Join("\n", ViewText.Folded(text, (width <= indent ? UsualWidth : width) - indent - 1));
    }

    private static string Line(params string[] cells)
    {
        // The third and seventh are numbers.
        int[] widths = [-8, -9, 9, -7, -5, -5, 6, -9];
        return string.Join(" ", cells.Select((cell, index) => widths[index] < 0 ? cell.PadRight(-widths[index]) : cell.PadLeft(widths[index]))).TrimEnd();
    }
}
