using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ApicShell.Campaigns;

/// <summary>The findings of a campaign as one more comes to them: one of each kind is kept, and what it was made of is counted.</summary>
internal static class CampaignFindings
{
    /// <summary>How many looks are kept of a finding. Pages differ in many ways; those beyond are like one another.</summary>
    private const int MostLooks = 100;

    // ISR, TMR and IRR, eight words each.
    private const int FirstOfVectors = 0x100;
    private const int EndOfVectors = 0x280;
    private const int WordsOfVectors = 0x7F;

    private const string OtherLooks = "...";

    /// <summary>How a difference looks.</summary>
    public static string Look(ScriptDifference difference) => $"{difference.Operation.Form.Word} {string.Join(" ", difference.Fields)}";

    /// <summary>How many differences of these findings looked so.</summary>
    public static long CountOf(IEnumerable<CampaignFinding> findings, string look) => findings.Sum(finding => CountOf(finding, look));

    /// <summary>How many differences that one finding was made of looked so.</summary>
    public static long CountOf(CampaignFinding finding, string look)
    {
        int at = IndexOf(finding.Looks, look);
        return at < finding.Looks.Count ? finding.Looks[at].Count : 0;
    }

    /// <summary>The findings with one more script that shows one of them.</summary>
    public static IReadOnlyList<CampaignFinding> Counted(IReadOnlyList<CampaignFinding> findings, CampaignFinding known, string look) =>
        [.. findings.Select(one => ReferenceEquals(one, known) ? one with { Count = one.Count + 1, Looks = With(one.Looks, look) } : one)];

    /// <summary>The findings with one more, or with one of which there was one more. The shortest of a kind is kept.</summary>
    public static IReadOnlyList<CampaignFinding> With(IReadOnlyList<CampaignFinding> findings, CampaignFinding found, string look)
    {
        if (findings.FirstOrDefault(one => IsLike(one, found)) is not { } before)
        {
            return [.. findings, found with { Looks = With([], look) }];
        }

        CampaignFinding kept = found.Script.Count < before.Script.Count ? found with { Number = before.Number, Count = before.Count, Looks = before.Looks } : before;
        return Counted([.. findings.Select(one => ReferenceEquals(one, before) ? kept : one)], kept, look);
    }

    /// <summary>Whether two are of a kind: the same known one explains them, or the same is done last and then differs in the same fields.</summary>
    private static bool IsLike(CampaignFinding one, CampaignFinding other) => one.Known == other.Known
        && (!one.IsNew || (Word(one.Operation) == Word(other.Operation) && Registers(one.Fields).SequenceEqual(Registers(other.Fields))));

    /// <summary>Fields with the eight words of ISR, TMR and IRR as one each: which it is depends on a vector alone.</summary>
    private static IEnumerable<string> Registers(IEnumerable<string> fields) => fields.Select(field =>
        field.Length == 3 && int.TryParse(field, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int offset) && offset is >= FirstOfVectors and < EndOfVectors
            ? $"{offset & ~WordsOfVectors:x}"
            : field).Distinct();

    private static string Word(string operation) => operation.Split(' ')[0];

    private static IReadOnlyList<CampaignLook> With(IReadOnlyList<CampaignLook> looks, string look)
    {
        int at = IndexOf(looks, look);
        return at == looks.Count
            ? [.. looks, new() { Text = looks.Count < MostLooks - 1 ? look : OtherLooks }]
            : [.. looks.Take(at), looks[at] with { Count = looks[at].Count + 1 }, .. looks.Skip(at + 1)];
    }

    /// <summary>Where a look is among others, itself or with those beyond; their number where it is not.</summary>
    private static int IndexOf(IReadOnlyList<CampaignLook> looks, string look)
    {
        int at = looks.TakeWhile(one => one.Text != look).Count();
        return at == looks.Count && at == MostLooks ? at - 1 : at;
    }
}
