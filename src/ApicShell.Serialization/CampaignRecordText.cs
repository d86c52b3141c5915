using System;
using ApicShell.Campaigns;

namespace ApicShell.Serialization;

/// <summary>A campaign as one line of JSON and back.</summary>
public static class CampaignRecordText
{
    private const string Format = "apiccampaign";
    private const int Version = 1;

#if NETSTANDARD2_0
    static CampaignRecordText() => LibraryFolder.Use();
#endif

    /// <summary>Writes a campaign.</summary>
    public static string Write(CampaignRecord record) => Form().Write(record);

    /// <summary>Reads a campaign, and holds it against this program.</summary>
    /// <param name="text">The line.</param>
    /// <exception cref="TextFormatException">It is no campaign, or not one that this program can go on with.</exception>
    public static CampaignRecord Read(string text)
    {
        CampaignRecord record = Form().Read(text);
        try
        {
            record.Verify();
        }
        catch (FormatException error)
        {
            throw new TextFormatException(TextProblem.Contradiction, $"{error.Message}", inner: error);
        }

        return record;
    }

    private static TextForm<CampaignRecord> Form() => new(Format, Version, CampaignShape.Campaign, (_, _) => false);
}
