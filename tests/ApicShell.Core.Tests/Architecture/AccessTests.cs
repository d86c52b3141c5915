using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

public class AccessTests
{
    [Fact]
    public void An_access_is_told_as_a_person_writes_it()
    {
        Assert.Equal("RDMSR 0x802", Access.ReadMsr(0x802).ToString());
        Assert.Equal("WRMSR 0x01B = 0xFEE00D00", Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00D00).ToString());
        Assert.Equal("MMIO read 0x080", Access.ReadMmio(0x080).ToString());
        Assert.Equal("MMIO write 0x0B0 = 0x00000000", Access.WriteMmio(0x0B0, 0).ToString());
    }

    [Theory]
    [InlineData(1, "MMIO read 0x020 (1 byte)")]
    [InlineData(2, "MMIO read 0x020 (2 bytes)")]
    [InlineData(8, "MMIO read 0x020 (8 bytes)")]
    public void The_size_of_a_memory_access_is_told_where_it_is_not_4(byte size, string text) =>
        Assert.Equal(text, Access.ReadMmio(0x020, size).ToString());
}
