using System;
using System.Linq;
using ApicShell.Campaigns;
using ApicShell.Scripts;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Known differences as text.</summary>
public class KnownDifferenceTests
{
    private static readonly string[] s_file =
    [
        "# What is known of two machines.",
        "known D1 : The first drops bit 12.   # a comment",
        "",
        "  has wrmsr * 0x832 0x60000/0x60000",
        "  has msi",
        "  shows rdmsr 0..3 0x832",
        "known D2 : Interrupts off.",
        "\thas intr * off",
    ];

    [Fact]
    public void A_file_has_names_explanations_and_patterns()
    {
        KnownDifference[] known = [.. KnownDifferenceReader.Read(s_file)];
        Assert.Equal(["D1", "D2"], known.Select(one => one.Name));
        Assert.Equal("The first drops bit 12.", known[0].Explanation);
        Assert.Equal("rdmsr 0..3 0x832", known[0].Shows?.ToString());
        Assert.Null(known[1].Shows);
    }

    [Theory]
    [InlineData(true, "rdmsr 3 0x832", "wrmsr 0 0x832 0x7ffff", "nop 0", "msi 0xfee00000 0x41")]
    [InlineData(true, "rdmsr 0x1 2098", "wrmsr 9 2098 0x60000", "msi 0xfee00000 0x41")]
    [InlineData(false, "rdmsr 4 0x832", "wrmsr 0 0x832 0x60000", "msi 0xfee00000 0x41")]
    [InlineData(false, "rdmsr 0 0x833", "wrmsr 0 0x832 0x60000", "msi 0xfee00000 0x41")]
    [InlineData(false, "rdmsr 0 0x832", "wrmsr 0 0x832 0x40000", "msi 0xfee00000 0x41")]
    [InlineData(false, "rdmsr 0 0x832", "msi 0xfee00000 0x41", "wrmsr 0 0x832 0x60000")]
    [InlineData(false, "lapic 0", "wrmsr 0 0x832 0x60000", "msi 0xfee00000 0x41")]
    public void It_explains_what_has_its_operations_in_order_and_shows_in_its_own(bool explains, string shown, params string[] script) =>
        Assert.Equal(explains, KnownDifferenceReader.Read(s_file)[0].Explains(new([.. script, shown]), shown));

    [Theory]
    [InlineData(2, "has", "stands below no difference", "# nothing", "has nop")]
    [InlineData(1, "knows", "begins nothing; it is written known NAME : EXPLANATION", "knows A : B")]
    [InlineData(1, "", "is not written known NAME : EXPLANATION", "known A")]
    [InlineData(1, "", "is not written known NAME : EXPLANATION", "known A B : C")]
    [InlineData(2, "noop", "\"noop\" is no operation; there are *, reset,", "known A : B", " has noop 0")]
    [InlineData(2, "", "has more words than nop V", "known A : B", " has nop 0 1")]
    [InlineData(2, "0x8x", "\"0x8x\" stands for no MSR: *, a number from 0 to 0xFFFFFFFF, LEAST..MOST or BITS/MASK.", "known A : B", " has rdmsr * 0x8x")]
    [InlineData(2, "maybe", "\"maybe\" stands for no off|on: *, off, on,", "known A : B", " has intr * maybe")]
    [InlineData(3, "shows", "\"A\" shows in nop already", "known A : B", " shows nop", " shows log")]
    [InlineData(3, "A", "there is a \"A\" above", "known A : B", " has nop", "known A : C")]
    [InlineData(1, "A", "\"A\" explains every difference", "known A : B", "known C : D", " has nop")]
    public void What_is_wrong_is_named_with_its_line(int line, string word, string message, params string[] lines)
    {
        ScriptFormatException error = Assert.Throws<ScriptFormatException>(() => KnownDifferenceReader.Read(lines));
        Assert.Equal((line, word), (error.Line, error.Word));
        Assert.Contains($"line {line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
