using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ApicShell.Firmware;
using ApicShell.Texts;
using Xunit;

namespace ApicShell.Tests.Texts;

public class PlainTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain Text, ä 語 …", "plain Text, ä 語 …")]
    [InlineData("\U0001F600", "\U0001F600")]
    [InlineData("t\r$p=1", "t $p=1")]
    [InlineData("a\tb\nc\vd\fe", "a b c d e")]
    [InlineData("a\u0085b\u2028c\u2029d", "a b c d")]
    [InlineData("a\0b\u0007c\u001B[2Jd\u007Fe", "a\uFFFDb\uFFFDc\uFFFD[2Jd\uFFFDe")]
    [InlineData("a\u009B2J", "a\uFFFD2J")]
    [InlineData("a\u202Eb\u202Ac\u2066d\u2069e\u200Ff\u061Cg", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg")]
    [InlineData("a\u200Bb\uFEFFc", "a\uFFFDb\uFFFDc")]
    [InlineData("a\U000E0041b", "a\uFFFD\uFFFDb")]
    public void A_text_is_shown_with_nothing_that_cannot_be_seen(string text, string shown)
    {
        Assert.Equal(shown, PlainText.Of(text));
        Assert.Equal(text == shown, PlainText.IsPlain(text));
        Assert.True(PlainText.IsPlain(shown));
    }

    // xunit would write half a character as a question mark.
    [Fact]
    public void Half_a_character_is_shown_as_one_that_cannot_be_seen()
    {
        Assert.Equal("a\uFFFDb\uFFFD", PlainText.Of("a\uD800b\uDC00"));
        Assert.Equal("\uFFFD", PlainText.Of("\uDBFF"));
    }

    [Fact]
    public void No_control_character_of_any_plane_passes()
    {
        string[] passed = [.. Enumerable.Range(0, 0x110000).Where(code => code is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32).Where(PlainText.IsPlain)];
        Assert.DoesNotContain(passed, letter => CharUnicodeInfo.GetUnicodeCategory(letter, 0)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        Assert.True(passed.Length > 1_000_000);
    }

    [Theory]
    [InlineData("abcde", 5, "abcde")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("ab\ncdef", 5, "ab c…")]
    [InlineData("abc\U0001F600def", 5, "abc…")]
    [InlineData("ab\U0001F600def", 5, "ab\U0001F600…")]
    public void A_long_text_is_clipped_between_characters(string text, int most, string shown) => Assert.Equal(shown, PlainText.Clip(text, most));

    [Theory]
    [InlineData("M1", null)]
    [InlineData("it's \"x\" $(y) `z", null)]
    [InlineData("", "empty")]
    [InlineData(" \t", "empty")]
    [InlineData("a\nb", "U+000A stands at 2")]
    [InlineData("a\u2028b", "U+2028 stands at 2")]
    public void A_name_is_one_line_that_can_be_seen(string name, string? why)
    {
        string? said = PlainText.WhyNoName(name);
        Assert.Equal(why is null, said is null);
        Assert.Contains(why ?? "", said ?? "");
    }

    [Fact]
    public void Names_and_words_have_an_end()
    {
        Assert.Null(PlainText.WhyNoName(new string('a', 100)));
        Assert.Contains("at most 100 characters, and this has 101", PlainText.WhyNoName(new string('a', 101)));
        Assert.Null(PlainText.WhyNoWords(new string('a', 2000)));
        Assert.Contains("2001", PlainText.WhyNoWords(new string('a', 2001)));
        Assert.Null(PlainText.WhyNoWords(""));
    }

    [Fact]
    public void What_comes_with_the_emulator_keeps_the_rule()
    {
        IEnumerable<string> names = DesignCatalogue.All.Select(one => one.Name).Concat(BootCatalogue.All.Select(one => one.Name))
            .Concat(BootCatalogue.All.SelectMany(one => one.Phases).Select(one => one.Name)).Concat(ChangeCatalogue.All.Select(one => one.Name))
            .Concat(WorldCatalogue.All.Select(one => one.Name)).Concat(PartyCatalogue.All.Select(one => one.Name));
        IEnumerable<string> words = DesignCatalogue.All.SelectMany(one => new[] { one.Title, one.For, one.Against, one.Source })
            .Concat(BootCatalogue.All.Select(one => one.Title)).Concat(BootCatalogue.All.SelectMany(one => one.Phases).Select(one => one.Source))
            .Concat(ChangeCatalogue.All.SelectMany(one => new[] { one.Title, one.For, one.Against, one.Source }))
            .Concat(WorldCatalogue.All.Select(one => one.Title)).Concat(PartyCatalogue.All.SelectMany(one => new[] { one.Title, one.Date }));
        Assert.All(names, name => Assert.Null(PlainText.WhyNoName(name)));
        Assert.All(words, text => Assert.Null(PlainText.WhyNoWords(text)));
    }
}
