using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Campaigns;

/// <summary>A finding as a script that can be run again, with what it is about in comments.</summary>
public static class CampaignText
{
    /// <summary>The lines of the script.</summary>
    /// <param name="state">The campaign.</param>
    /// <param name="finding">One of its findings.</param>
    /// <param name="first">What its first machine is called.</param>
    /// <param name="second">What its second machine is called.</param>
    public static IEnumerable<string> Script(CampaignState state, CampaignFinding finding, string first, string second) =>
        About(state, finding, first, second).Select(line => $"# {line}").Concat(finding.Script);

    /// <summary>What a finding is about, in lines.</summary>
    public static IEnumerable<string> About(CampaignState state, CampaignFinding finding, string first, string second) =>
    [
        $"Script {finding.Number} of seed {state.Seed}, made shorter. The last operation shows the difference: {string.Join(", ", finding.Fields)}.",
        $"{first}: {finding.First}",
        $"{second}: {finding.Second}",
        Explanation(finding),
    ];

    /// <summary>What is known of a finding.</summary>
    public static string Explanation(CampaignFinding finding) => finding.IsNew ? "new" : $"{finding.Known}: {finding.Explanation}";
}
