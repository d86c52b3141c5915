using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

public class BitFieldTests
{
    [Theory]
    [InlineData(0x0_0000u, "0")]
    [InlineData(0x1_0000u, "1")]
    public void One_bit_without_names_is_told_as_0_or_1(uint value, string text) => Assert.Equal(text, new BitField("Mask", 16).Describe(value));

    [Theory]
    [InlineData(0x00u, "None")]
    [InlineData(0x10u, "Some")]
    [InlineData(0x20u, "0x2")]
    [InlineData(0x30u, "0x3")]
    public void A_value_behind_the_last_name_is_told_as_a_number(uint value, string text) =>
        Assert.Equal(text, new BitField("Amount", 5, 4, "None", "Some").Describe(value));

    [Fact]
    public void A_field_is_told_with_its_bits()
    {
        Assert.Equal("Mask [16]", new BitField("Mask", 16).ToString());
        Assert.Equal("Vector [7:0]", new BitField("Vector", 7, 0).ToString());
    }
}
