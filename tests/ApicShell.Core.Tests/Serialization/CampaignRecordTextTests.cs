using System;
using ApicShell.Campaigns;
using ApicShell.Serialization;
using Xunit;

namespace ApicShell.Tests;

/// <summary>A campaign that is kept as text.</summary>
public class CampaignRecordTextTests
{
    private static readonly CampaignRecord s_record = new()
    {
        First = "the emulator",
        Second = "Linux 6.18, with \"quotes\" and ä",
        State = new()
        {
            Seed = ulong.MaxValue,
            Part = 2,
            Of = 3,
            Scripts = 40,
            Different = 7,
            Findings = [new() { Number = 5, Script = ["vcpus 2", "lapic 1"], First = "{\"i\":0}", Second = "{\"i\":1}", Fields = ["i"], Known = "K1", Explanation = "why" }],
        },
    };

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        string text = CampaignRecordText.Write(s_record);

        Assert.All(text, letter => Assert.InRange(letter, ' ', '~'));
        Assert.Equal(text, CampaignRecordText.Write(CampaignRecordText.Read(text)));
        Assert.Equal((ulong.MaxValue, 121L), (CampaignRecordText.Read(text).State.Seed, CampaignRecordText.Read(text).State.Next));
    }

    [Theory]
    [InlineData("\"of\":3", "\"of\":1", TextProblem.Contradiction, "part 2 of 1")]
    [InlineData("\"different\":7", "\"different\":41", TextProblem.Contradiction, "41")]
    [InlineData("lapic 1", "lapic 9", TextProblem.Contradiction, "line 2")]
    [InlineData("\"count\":1", "\"count\":0", TextProblem.Contradiction, "count of 0")]
    [InlineData("\"seed\":18446744073709551615", "\"seed\":-1", TextProblem.WrongValue, "-1")]
    [InlineData("\"version\":1", "\"version\":9", TextProblem.OtherVersion, "9")]
    [InlineData("apiccampaign", "apicsearch", TextProblem.OtherFormat, "apiccampaign")]
    [InlineData("\"part\":2,", "", TextProblem.MissingMember, "part")]
    [InlineData("\"part\":2,", "\"part\":2,\"part\":2,", TextProblem.RepeatedMember, "part")]
    [InlineData("\"part\":2,", "\"part\":2,\"next\":2,", TextProblem.UnknownMember, "next")]
    public void What_this_program_would_not_have_written_is_refused(string from, string to, TextProblem problem, string says)
    {
        string text = CampaignRecordText.Write(s_record);
        Assert.Contains(from, text, StringComparison.Ordinal);

        TextFormatException error = Assert.Throws<TextFormatException>(() => CampaignRecordText.Read(text.Replace(from, to, StringComparison.Ordinal)));

        Assert.Equal(problem, error.Problem);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
