namespace ApicShell.Campaigns;

/// <summary>How differences look before they are shrunk, and how many did.</summary>
public sealed record CampaignLook
{
    /// <summary>The operation's word and the fields that are not the same.</summary>
    public string Text { get; init; } = "";

    /// <summary>How many looked so.</summary>
    public long Count { get; init; } = 1;
}
