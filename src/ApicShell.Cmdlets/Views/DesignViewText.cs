using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;

namespace ApicShell;

/// <summary>What snapshots of boots and designs say in words.</summary>
internal static class DesignViewText
{
    private const int MostAccesses = 6;

    // By condition, in their order: the letter, and what it stands for.
    private static readonly string[] s_conditions =
        ["I INIT", "R reset", "B reboot", "H hot-plug", "M >255 vCPUs", "P APIC per VMPL", "T SVSM timer", "S switches", "N never switches"];

    /// <summary>What the letters of <see cref="Marks"/> stand for.</summary>
    public static string Legend => string.Join(", ", s_conditions);

    /// <summary>A letter for each condition that is survived, a dash for each that is not, an x for each that cannot happen; nothing for what was not tried.</summary>
    public static string Marks(IEnumerable<ApicConditionResult> conditions) =>
        string.Concat(conditions.Select(one => one.Survives ? s_conditions[(int)one.Condition][0] : one.IsExcluded ? 'x' : '-'));

    /// <summary>Numbers of vCPUs, from the lowest to the highest: <c>0</c>, <c>1-259</c>.</summary>
    public static string Range(IReadOnlyCollection<int> vcpus)
    {
        int first = vcpus.DefaultIfEmpty().Min();
        int last = vcpus.DefaultIfEmpty().Max();
        return first == last ? $"{first}" : $"{first}-{last}";
    }

    /// <summary>The accesses of a step with their answers, a line each, without the looks of the guest's library at APIC_BASE; then what else became of it.</summary>
    public static string[] Report(ApicBootStep step)
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

        return [.. lines.Where(line => line.Length != 0)];
    }

    private static string Answer(ApicAccess access)
    {
        string value = ViewText.Register(access.Register, access.Value, access.Kind);
        string ending = access.Outcome is Outcome.Done or Outcome.Value ? "" : $" {access.Ending}";
        string by = access.AnsweredBy == Responder.Svsm ? " SVSM" : "";
        return $"{access.Operation}{(access.IsWrite ? "=" : " ")}{value}".TrimEnd() + ending + by;
    }
}
