using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The forms that a message has: ICR (APM vol. 2, 16.5), LVT entry, and MSI (SDM vol. 3; bits 63:40 of the address are KVM's).</summary>
public class InterruptMessageTests
{
    [Fact]
    public void A_message_is_asserted_unless_it_is_said_otherwise()
    {
        Assert.True(new InterruptMessage(0, 0x41).IsAsserted);
        Assert.False(new InterruptMessage(0, 0x41, isAsserted: false).IsAsserted);
        Assert.Equal(InterruptMessage.OfIcr(0x0041, 5), new InterruptMessage(5, 0x41, isAsserted: false));
        Assert.Equal(InterruptMessage.OfIcr(0x4041, 5), new InterruptMessage(5, 0x41));
    }

    [Theory]
    [InlineData(0xFEE0_5000UL, 0x0000_0041u, false)]
    [InlineData(0xFEE0_5004UL, 0x0000_0041u, false)]
    [InlineData(0xFEE0_5008UL, 0x0000_0041u, false)]
    [InlineData(0xFEEF_F00CUL, 0x0000_0141u, false)]
    [InlineData(0xFEE0_5000UL, 0x0000_0400u, false)]
    [InlineData(0xFEE0_5000UL, 0x0000_C041u, false)]
    [InlineData(0x1_2300_FEE4_5000UL, 0x0000_0041u, true)]
    public void The_MSI_of_a_message_is_the_one_that_it_came_by(ulong address, uint data, bool longDestination)
    {
        var message = InterruptMessage.OfMsi(address, data, longDestination);

        Assert.Equal((address, data), (message.MsiAddress, message.MsiData));
    }

    [Fact]
    public void Of_a_long_destination_an_MSI_has_the_upper_bits_in_those_of_its_address() =>
        Assert.Equal(0x0001_2345u, InterruptMessage.OfMsi(0x1_2300_FEE4_5000, 0x41, longDestination: true).Destination);

    /// <summary>Of a level-triggered message bit 14 is the level; of an edge-triggered one it means nothing, and is 0.</summary>
    [Theory]
    [InlineData(false, true, 0x0041u)]
    [InlineData(false, false, 0x0041u)]
    [InlineData(true, false, 0x8041u)]
    [InlineData(true, true, 0xC041u)]
    public void The_data_of_an_MSI_has_a_level_only_where_there_is_one(bool isLevel, bool isAsserted, uint data) =>
        Assert.Equal(data, new InterruptMessage(0, 0x41, isLevel: isLevel, isAsserted: isAsserted).MsiData);

    [Theory]
    [InlineData(DeliveryMode.Fixed)]
    [InlineData(DeliveryMode.Nmi)]
    [InlineData(DeliveryMode.ExtInt)]
    public void A_message_as_another_kind_keeps_all_but_its_kind(DeliveryMode mode)
    {
        var message = new InterruptMessage(0x12345, 0x41, DeliveryMode.LowestPriority, isLogical: true, isLevel: true);

        Assert.Equal(new InterruptMessage(0x12345, 0x41, mode, isLogical: true, isLevel: true), message.As(mode));
    }

    [Fact]
    public void The_message_of_an_LVT_entry_is_for_the_APIC_whose_it_is() => Assert.Equal(
        new InterruptMessage(0x12345, 0x41, DeliveryMode.Nmi, isLevel: true),
        InterruptMessage.OfLvt(0x12345, new LvtEntry(0x1_F441), isLevel: true));
}
