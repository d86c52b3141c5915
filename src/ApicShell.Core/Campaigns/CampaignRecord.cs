using System;
using System.Linq;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>A campaign that is kept: where it stands, and on which machines.</summary>
public sealed record CampaignRecord
{
    /// <summary>What the first machine is.</summary>
    public string First { get; init; } = "";

    /// <summary>What the second machine is.</summary>
    public string Second { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public CampaignState State { get; init; } = new();

    /// <summary>Holds it against this program: whether its parts and its scripts are such as this one makes.</summary>
    /// <exception cref="FormatException">They are not; the message says which.</exception>
    public void Verify()
    {
        if (State.Of < 1 || State.Part < 1 || State.Part > State.Of)
        {
            throw new FormatException($"It is part {State.Part} of {State.Of}; parts go from 1 to their number.");
        }

        if (State.Scripts > (long.MaxValue / State.Of) - 1 || State.Different > State.Scripts)
        {
            throw new FormatException($"It has {State.Different} differences in {State.Scripts} scripts.");
        }

        long left = State.Different;
        foreach (CampaignFinding finding in State.Findings)
        {
            if (finding.Count < 1 || finding.Script.Count == 0)
            {
                throw new FormatException($"The difference of script {finding.Number} has a count of {finding.Count} and {finding.Script.Count} operations.");
            }

            if ((left -= finding.Count) < 0 || finding.Looks.Any(look => look.Count < 1 || look.Count > finding.Count))
            {
                throw new FormatException($"The difference of script {finding.Number} was shown by more scripts than there are.");
            }

            try
            {
                ApicScript.Parse(finding.Script);
            }
            catch (ScriptFormatException error)
            {
                throw new FormatException($"The script of the difference of script {finding.Number} is none: {error.Message}", error);
            }
        }
    }
}
